import { readFileSync } from 'node:fs';
import { csvRows } from './csv.ts';

/** A kind of clause in a contract, and the words of the contract that people marked as being it. */
export type Clause = {
  readonly fileName: string;
  readonly question: string;
  /** The contract as one who looks for it would call it: its title and its parties. */
  readonly contract: string;
  readonly texts: readonly string[];
};
export type Span = { readonly start: number; readonly end: number };

/** What one would ask to find each kind of clause. Names, parties and bare dates are left out: no passage is theirs. */
const questions: Readonly<Record<string, string>> = {
  'Expiration Date': 'When does the initial term of the agreement expire?',
  'Renewal Term': 'Is the term renewed or extended automatically, and for how long?',
  'Notice Period To Terminate Renewal': 'What notice is required to prevent renewal?',
  'Governing Law': 'The laws of which state or country govern the agreement?',
  'Most Favored Nation': 'Must a party be given terms as favorable as those given to others?',
  'Competitive Restriction Exception': 'What exceptions are there to non-compete or exclusivity?',
  'Non-Compete': 'Is a party restricted from competing with the other?',
  Exclusivity: 'Is there an exclusive right or a commitment to deal exclusively?',
  'No-Solicit Of Customers': 'May a party solicit customers of the other?',
  'No-Solicit Of Employees': 'May a party solicit or hire employees of the other?',
  'Non-Disparagement': 'Must a party not disparage the other?',
  'Termination For Convenience': 'May a party terminate without cause, upon notice?',
  'Rofr/Rofo/Rofn': 'Is there a right of first refusal, first offer or first negotiation?',
  'Change Of Control': 'What happens upon a change of control, merger or sale of a party?',
  'Anti-Assignment': 'May the agreement be assigned without consent?',
  'Revenue/Profit Sharing': 'Is revenue or profit shared, as royalty or commission?',
  'Price Restrictions': 'Are there restrictions on raising or reducing prices?',
  'Minimum Commitment': 'Is there a minimum order, purchase or payment?',
  'Volume Restriction': 'Is there a limit on the volume or number of units or users?',
  'Ip Ownership Assignment': 'Who owns intellectual property that is created, and is it assigned?',
  'Joint Ip Ownership': 'Is intellectual property owned jointly?',
  'License Grant': 'What license is granted by one party to the other?',
  'Non-Transferable License': 'Is the license non-transferable?',
  'Affiliate License-Licensor': 'Does the license cover intellectual property of affiliates of the licensor?',
  'Affiliate License-Licensee': 'May affiliates or sublicensees of the licensee use the license?',
  'Unlimited/All-You-Can-Eat-License': 'Is the license unlimited in use?',
  'Irrevocable Or Perpetual License': 'Is the license irrevocable or perpetual?',
  'Source Code Escrow': 'Is source code to be deposited in escrow?',
  'Post-Termination Services': 'What obligations continue after termination or expiration?',
  'Audit Rights': 'May a party audit or inspect books and records?',
  'Uncapped Liability': 'Is liability without limit, as for breach of confidentiality?',
  'Cap On Liability': 'Is liability limited, or are consequential damages excluded?',
  'Liquidated Damages': 'Are there liquidated damages or a termination fee?',
  'Warranty Duration': 'How long does a warranty last?',
  Insurance: 'What insurance must a party maintain?',
  'Covenant Not To Sue': 'Must a party not contest ownership or sue the other?',
  'Third Party Beneficiary': 'Is there a third party beneficiary?',
};

/** CUAD's table: a row for each contract, and for each kind of clause a list of texts, written as Python writes lists. */
export function readClauses(path: string): Clause[] {
  const [header = [], ...rows] = csvRows(readFileSync(path, 'utf8'));
  return rows.flatMap((row) => {
    const cell = (column: string) => row[header.indexOf(column)] ?? '';
    const parties = pythonStrings(cell('Parties')).sort((a, b) => b.length - a.length);
    const contract = [cell('Document Name-Answer').replace(/\s+/g, ' '), ...parties.slice(0, 2)].join(', ');
    return Object.entries(questions).map(([kind, question]) => ({
      fileName: cell('DemoFile'),
      question: `${kind}. ${question}`,
      contract,
      texts: pythonStrings(cell(kind)),
    }));
  });
}

const pythonStrings = (list: string): string[] =>
  Array.from(list.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g), ([, single, double]) =>
    (single ?? double ?? '').replaceAll('\\n', '\n').replace(/\\(.)/g, '$1'),
  );

/** Letters by which a labelled text is looked for where the whole of it is not found: a page break may part the rest. */
const enoughLetters = 60;

/** Where a text says what was marked, whatever its white space and punctuation; what was left out (<omitted>) parts it. */
export function spansIn(text: string, marked: readonly string[]): Span[] {
  const { letters, offsets } = lettersOf(text);
  return marked
    .flatMap((each) => each.split('<omitted>'))
    .flatMap((piece): Span[] => {
      const wanted = lettersOf(piece).letters;
      if (wanted.length < 10) return [];
      const whole = letters.indexOf(wanted);
      const at = whole === -1 ? letters.indexOf(wanted.slice(0, enoughLetters)) : whole;
      const length = whole === -1 ? Math.min(enoughLetters, wanted.length) : wanted.length;
      const [start, last] = [offsets[at], offsets[at + length - 1]];
      return start === undefined || last === undefined ? [] : [{ start, end: last + 1 }];
    });
}

function lettersOf(text: string): { letters: string; offsets: number[] } {
  const offsets = Array.from(text.matchAll(/[a-z0-9]/gi), ({ index }) => index);
  return {
    letters: offsets
      .map((at) => text[at])
      .join('')
      .toLowerCase(),
    offsets,
  };
}
