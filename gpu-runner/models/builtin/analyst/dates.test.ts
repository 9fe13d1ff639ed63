import { describe, expect, it } from 'vitest';
import { findDates } from './dates.ts';

describe('dates', () => {
  it.each([
    ['signed on October 1, 2019 in', 'October 1, 2019', '2019-10-01'],
    ['this 5th day of December, 2007, between', '5th day of December, 2007', '2007-12-05'],
    ['on 27 November\n2025 it', '27 November\n2025', '2025-11-27'],
    ['effective October 1,1996 ("', 'October 1,1996', '1996-10-01'],
    ['in July 2013 the', 'July 2013', '2013-07'],
    ['of 2024-02-29.', '2024-02-29', '2024-02-29'],
    ['Source: 7/21/1999', '7/21/1999', '1999-07-21'],
    ['Source: 21/7/1999', '21/7/1999', '1999-07-21'],
    ['paid 03/01/2005 by', '03/01/2005', undefined],
    ['came on 8 July to', '8 July', undefined],
    ['ever since 2004 he', '2004', '2004'],
  ])('%j names %j, %s', (text, name, iso) => {
    const [first] = findDates(text);
    expect(first && text.slice(first.start, first.end)).toBe(name);
    expect(first?.normalised).toBe(iso);
  });

  it.each(['30 February 2020', 'Section 13/45/2020', 'May I ask', 'version 2019.4', 'in 20000 cases'])(
    'gives no ISO date for %j',
    (text) => {
      expect(findDates(text).filter(({ normalised }) => normalised !== undefined)).toEqual([]);
    },
  );
});
