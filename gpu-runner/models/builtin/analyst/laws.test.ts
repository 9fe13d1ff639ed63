import { describe, expect, it } from 'vitest';
import { findLaws } from './laws.ts';

const namesIn = (text: string) => findLaws(text).map(({ start, end }) => text.slice(start, end));

describe('laws', () => {
  it.each([
    ['under the Companies Act 2006 and', 'Companies Act 2006'],
    ['pursuant to Section 26 of the Inquiries Act 2005.', 'Section 26 of the Inquiries Act 2005'],
    ['see 17 U.S.C. § 101 for', '17 U.S.C. § 101'],
    ['Requested Under 17 C.F.R. §§ 200.80(b)(4) and 203.406', '17 C.F.R. §§ 200.80(b)(4) and 203.406'],
    ['subject to Rule 10b-5 of', 'Rule 10b-5'],
    ['in Section 5 of the Securities Act, but', 'Section 5 of the Securities Act'],
    ['the Securities Exchange Act of 1934, as amended', 'Securities Exchange Act of 1934'],
    ['Under Regulation (EU) 2016/679 the', 'Regulation (EU) 2016/679'],
    [
      'the Post Office (Horizon System) Offences Act 2024 quashed',
      'Post Office (Horizon System) Offences Act 2024',
    ],
    ['the U.S. Bankruptcy Code applies', 'U.S. Bankruptcy Code'],
  ])('%j names %j', (text, name) => {
    expect(namesIn(text)).toContain(name);
  });

  it.each(['Zip Code 12345', 'the Act', 'Act now', 'an Act of God', 'the Source Code', 'These Rules apply'])(
    'finds none in %j',
    (text) => {
      expect(namesIn(text)).toEqual([]);
    },
  );
});
