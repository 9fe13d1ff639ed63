/** Pieces of regular expressions that the patterns of relations are made of. */

export const mark = (kinds: string) => `<[${kinds}]\\d+>`;
/** One mark, or several with commas and "and" between them. */
export const list = (kinds: string) =>
  `${mark(kinds)}(?:(?:, and |, or |, | and | or |; )(?:the |in )?${mark(kinds)}){0,8}`;
export const person = mark('p');
export const organisation = mark('o');
export const place = list('l');
/** Who can act: countries too. */
export const actor = mark('pol');
export const party = mark('po');

/** What may stand between a name and what is said of it. */
export const aside = '(?: \\([^()<>]{1,60}\\))?(?:, [^<>,;]{1,80},|,)?';
export const helper =
  '(?: (?:has|have|had|will|would|shall|may|must|also|then|later|today|recently|again|strongly|jointly|formally|subsequently|since|first|been|both|is|was|are|were|to|went on)){0,3}';
export const the = '(?:the |its |his |her |their |our |a |an )?';
/** "Foreign Secretary", "Mr", "the Iraqi Foreign Minister," before the name itself. */
export const title = `${the}(?:[\\p{L}.’'-]{1,20} ){0,4}?(?:[\\p{L}.’'-]{1,20}, )?`;
export const region =
  '(?:the )?(?:[\\p{L}-]{1,20} ){0,2}?(?:(?:city|town|port|province|village|state|region|district|county|suburbs?|capital|area)(?: city)?(?: of)? )?(?:the )?';

export const role =
  '(?:director|chairman|chairwoman|chair|chief executive|executive|officer|president|vice[- ]president|secretary|minister|partner|associate|counsel|solicitor|lawyer|attorney|barrister|manager|founder|analyst|spokesman|spokeswoman|spokesperson|engineer|professor|ceo|cfo|cto|treasurer|trustee|employee|consultant|adviser|advisor|auditor|accountant|investigator|representative|envoy|ambassador|commissioner|editor|reporter|correspondent|architect|auditor|lecturer|researcher|developer|clerk|agent|postmaster|subpostmaster|subpostmistress)s?';
export const headRole =
  '(?:chief executive(?: officer)?|ceo|managing director|chairman|chairwoman|chairperson|president|prime minister|head|leader|commander|governor|mayor|king|queen|general secretary|secretary[- ]general|director[- ]general)';
export const words = "(?:[\\p{L}’'&-]{1,24} ){0,4}?";
export const paper =
  '(?:agreement|contract|lease|deed|licen[cs]e|amendment|arrangement|settlement|treaty|memorandum|merger|partnership|joint venture|subcontract|undertaking|loan|dispute|proceedings|litigation)';
export const metWith =
  '(?:met(?: up)?(?: with)?|meets(?: with)?|meet(?: with)?|meeting with|spoke (?:to|with)|speaks (?:to|with)|speaking (?:to|with)|talked (?:to|with)|talks with|wrote to|writes to|e-?mailed|telephoned|phoned|rang|replied to|responded to|negotiated with|corresponded with|consulted(?: with)?|informed|briefed|urged|pressed|held (?:talks|a meeting|meetings|discussions) with|called on)';
