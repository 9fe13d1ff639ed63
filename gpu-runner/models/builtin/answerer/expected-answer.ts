import { findAmounts } from '../analyst/amounts.ts';
import { findDates } from '../analyst/dates.ts';

/** What kind of thing a question asks for, by the words it asks with. */
type Expectation = { readonly asks: RegExp; shows(sentence: string): boolean };

const number =
  '(?:\\d[\\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million)';
const duration = new RegExp(`\\b${number}\\b[^.;]{0,20}\\b(?:days?|weeks?|months?|years?|hours?)\\b`, 'i');
const quantity = new RegExp(`\\b${number}\\b`, 'i');
const nameRun = /\b\p{Lu}[\p{L}.'’-]+(?:\s+(?:of|and|de|van|von|&)\s+|\s+)\p{Lu}[\p{L}.'’-]+/u;

/** How agreements open: who makes them, and when. */
const opening =
  /\b(?:by and (?:between|among)|(?:is|are|was) (?:hereby )?(?:made|entered)|(?:made|entered)(?: and entered)? (?:into|as of|on|this|by)|between|dated (?:as of|this))\b/i;

/** In this order: the first whose words are in the question counts. */
const expectations: readonly Expectation[] = [
  {
    asks: /\bwho\b.*\b(?:part(?:y|ies)|sign(?:ed|atories)|agreement between|contract between)\b/i,
    shows: (text) => opening.test(text) && nameRun.test(text),
  },
  {
    asks: /\bdate of (?:the|this) (?:contract|agreement)\b|\bwhen (?:was|were|did)\b.*\b(?:made|sign(?:ed)?|enter(?:ed)?|executed?|dated?)\b/i,
    shows: (text) => opening.test(text) && findDates(text).length > 0,
  },
  {
    asks: /\bhow (?:long|many (?:days|weeks|months|years|hours))\b|\bnotice period\b|\b(?:for|within) what period\b/i,
    shows: (text) => duration.test(text),
  },
  {
    asks: /\bhow much\b(?! (?:notice|time))|\bwhat (?:price|amount|sum|fee|cost)\b|\bwhat (?:is|was|are|were) the [\w\s]*(?:price|amount|fees?|cost|salary|royalty|payment)\b/i,
    shows: (text) => findAmounts(text).length > 0 || /\d\s?%|per\s?cent/i.test(text),
  },
  { asks: /\bhow (?:many|often)\b/i, shows: (text) => quantity.test(text) },
  {
    asks: /\bwhen\b|\bwhat (?:date|day|year)\b|\b(?:effective|expiration|expiry|start|end|agreement) date\b/i,
    shows: (text) => findDates(text).length > 0 || duration.test(text),
  },
  {
    asks: /\b(?:who|whom|whose)\b|\bwhat (?:person|company|part(?:y|ies))\b/i,
    shows: (text) => nameRun.test(text),
  },
  {
    asks: /\bwhere\b|\bwhat (?:place|city|country|state)\b|\bwhich (?:place|city|country|state)\b/i,
    shows: (text) => nameRun.test(text),
  },
];

/**
 * Whether a sentence shows the kind of thing a question asks for.
 *
 * @returns undefined for a question that asks for nothing of a kind
 */
export function showsWhatIsAsked(question: string): ((sentence: string) => boolean) | undefined {
  return expectations.find(({ asks }) => asks.test(question))?.shows;
}
