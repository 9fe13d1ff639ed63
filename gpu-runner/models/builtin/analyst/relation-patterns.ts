import type { RelationKind } from '../../model.ts';
import {
  actor,
  aside,
  headRole,
  helper,
  list,
  mark,
  metWith,
  organisation,
  paper,
  party,
  person,
  place,
  region,
  role,
  the,
  title,
  words,
} from './relation-words.ts';

/**
 * How English says that two things are related, over a sentence in which each entity stands as a mark (`relations.ts`):
 * `<p3>` is a person, `<o3>` an organisation, `<l3>` a place, `<a3>` an amount. Each pattern wants its words directly
 * between or around the marks: what is only near each other says nothing.
 */
export type RelationPattern = {
  readonly kind: RelationKind;
  /** Named groups `a` and `b`, each one mark or a list of marks. */
  readonly expression: RegExp;
  /** The sentence names the second end first: "led by", "a subsidiary of". */
  readonly reversed?: boolean;
};

const of = (kind: RelationKind, source: string, reversed = false): RelationPattern => ({
  kind,
  expression: new RegExp(source, 'giu'),
  ...(reversed && { reversed }),
});

export const relationPatterns: readonly RelationPattern[] = [
  // Who leads what.
  of(
    'leads',
    `(?<a>${person})${aside}, ${the}(?:former |then )?${words}${headRole} (?:of|at) ${the}(?<b>${mark('ol')})`,
  ),
  of(
    'leads',
    `(?<a>${person}),? (?:is|was|became|as|served as|serves as) ${the}(?:former |then )?${words}${headRole} (?:of|at) ${the}(?<b>${mark('ol')})`,
  ),
  of('leads', `(?<b>${organisation})(?:['’]s?)? ${words}${headRole},? ${title}(?<a>${person})`),
  of(
    'leads',
    `(?<b>${organisation}),? (?:which (?:is|was) )?(?:led|headed|chaired|run|directed) by ${title}(?<a>${person})`,
  ),
  of(
    'leads',
    `(?<a>${person})${helper} (?:leads|led|heads|headed|chairs|chaired|commands|commanded|founded) ${the}(?<b>${organisation})`,
  ),
  of(
    'leads',
    `(?<a>${organisation}|${person})${helper} (?:now )?(?:claims|took|takes|controls|seized|holds) (?:full )?(?:control of )?${the}(?<b>${mark('l')})`,
  ),

  // Who works where.
  of(
    'works-for',
    `(?<a>${person})${aside}, ${the}(?:former |then )?${words}${role} (?:of|at|for|with|to|in) ${the}(?<b>${organisation})`,
  ),
  of(
    'works-for',
    `(?<a>${person}),? (?:is|was|became|as|served as|serves as|who is|who was) ${the}(?:former |then )?${words}${role} (?:of|at|for|with|to|in) ${the}(?<b>${organisation})`,
  ),
  of(
    'works-for',
    `(?<b>${organisation})(?:['’]s?)? ${words}${role},? (?:Mr |Mrs |Ms |Dr |Sir )?(?<a>${person})`,
  ),
  of(
    'works-for',
    `(?<a>${person})${aside}${helper} (?:works|worked|working|acts|acted) (?:for|at) ${the}(?<b>${organisation})`,
  ),
  of(
    'works-for',
    `(?<a>${person})${aside}${helper} (?:joined|employed (?:by|at)|retained by|appointed by|represents|represented) ${the}(?<b>${organisation})`,
  ),
  of('works-for', `(?<b>${organisation}), represented by ${title}(?<a>${person})`),
  of('works-for', `(?<a>${person}) (?:of|at|from) (?:the )?(?<b>${organisation})`),

  // What is a part of what.
  of(
    'member-of',
    `(?<a>${actor})${aside},? (?:(?:is|are|was|were|became|as|remains) )?${the}(?:former |founding |full )?members? of ${the}(?<b>${organisation})`,
  ),
  of(
    'member-of',
    `(?<a>${actor}),? (?:(?:is|as|was|forms|being) )?(?:a )?(?:part|division|department|branch|unit|arm|office) of ${the}(?<b>${organisation})`,
  ),
  of('member-of', `(?<b>${organisation})(?:,| –| -) (?:including|such as) ${the}(?<a>${list('pol')})`),

  // Who owns what.
  of(
    'owns',
    `(?<a>${organisation})${aside},? (?:(?:is|was|being) )?(?:an? |the )?(?:(?:wholly|majority|partly|jointly)[- ]owned |direct |indirect |former )*(?:subsidiary|affiliate) (?:company )?of ${the}(?<b>${organisation})`,
    true,
  ),
  of(
    'owns',
    `(?<a>${organisation})${aside},? (?:is|was|which is|which was) (?:(?:wholly|majority|partly|jointly) )?owned by ${the}(?<b>${party})`,
    true,
  ),
  of(
    'owns',
    `(?<a>${party})${aside}${helper} (?:owns|owned|acquired|acquires|bought|purchased) ${the}(?:all of |control of |[\\d.]{1,5} ?(?:%|per cent) of )?(?<b>${organisation})`,
  ),
  of(
    'owns',
    `(?<a>${organisation})${aside},? (?:the |a )?(?:parent|owner|holding company|parent company) of ${the}(?<b>${organisation})`,
  ),
  of('owns', `(?<a>${organisation})(?:['’]s?)? (?:wholly[- ]owned )?subsidiary,? (?<b>${organisation})`),

  // Where something is.
  of(
    'located-in',
    `(?<a>${organisation})${aside},? (?:which (?:is|was) |(?:is|was) |a (?:company|corporation|partnership) )?(?:based|headquartered|located|incorporated|established|registered|domiciled|organi[sz]ed)(?: and existing)?(?: under the laws of)? (?:in|at )?${region}(?<b>${place})`,
  ),
  of(
    'located-in',
    `(?<a>${organisation})${aside},? (?:a|an) (?<b>${mark('l')}) (?:corporation|company|limited|partnership|LLC|general partnership)`,
  ),
  of('located-in', `(?<a>${list('po')}) (?:in|across|throughout|inside) ${region}(?<b>${place})`),
  of(
    'located-in',
    `(?<a>${person})${aside}${helper} (?:visited|visit|visits|travell?(?:ed|s)? to|arrived? in|flew to|lives? in|lived in|resid(?:es|ed|ing) (?:in|at)|born in|returned to|from) ${region}(?<b>${place})`,
  ),
  of(
    'located-in',
    `(?<a>${person})${aside}${helper} ${metWith} ${title}${mark('po')} (?:in|at) ${region}(?<b>${place})`,
  ),
  of('located-in', `(?<a>${mark('l')}) (?:in|near|outside) ${region}(?<b>${mark('l')})`),
  of(
    'located-in',
    `(?<!>, |> and |> or |>, and )(?<a>${mark('l')}), (?<b>${mark('l')})(?!,? (?:and|or) |, (?:the )?<l|['’])`,
  ),

  // Two names of one thing.
  of(
    'same-as',
    `(?<a>${mark('pol')})${aside},? ?\\(?(?:also|formerly|now|previously|otherwise|commonly|better)? ?(?:known|called|referred to|trading|doing business)(?: by [^<>]{1,40})? as ["“]?${the}["“]?(?<b>${mark('pol')})`,
  ),
  of(
    'same-as',
    `(?<a>${party}),? \\(?(?:a\\/k\\/a|f\\/k\\/a|d\\/b\\/a|t\\/a|aka|formerly|renamed) ["“]?(?<b>${party})`,
  ),

  // Who met, wrote or spoke to whom.
  of('in-contact-with', `(?<a>${actor})${aside}${helper} ${metWith} ${title}(?<b>${list('pol')})`),
  of(
    'in-contact-with',
    `(?<a>${actor})${aside}${helper} (?:discussed|raised|shared|agreed) [^<>.;]{1,60}? with ${title}(?<b>${actor})`,
  ),
  of(
    'in-contact-with',
    `(?:meeting|call|conversation|talks|correspondence|discussions?|e-?mails?|letters?|telephone call)s? [^<>.;]{0,30}?between ${title}(?<a>${actor}) and ${title}(?<b>${actor})`,
  ),
  of(
    'in-contact-with',
    `(?:letter|e-?mail|message|memo|memorandum|call|invoice|statement) [^<>.;]{0,30}?from ${title}(?<a>${actor}) to ${title}(?<b>${actor})`,
  ),
  of(
    'in-contact-with',
    `(?<a>${person}) and ${title}(?<b>${actor})${helper} (?:met|spoke|discussed|agreed|talked|corresponded)`,
  ),

  // Who agreed something with whom.
  of(
    'party-with',
    `${paper}[^<>.;]{0,60}? (?:by and )?(?:between|among) ${title}(?<a>${actor})(?:, [^.;<>]{0,80})?,? and (?:between )?${the}(?<b>${actor})`,
  ),
  // The preamble of a contract: what is between the parties are their forms, seats and short names.
  of(
    'party-with',
    `(?:${paper}[^;]{0,160}?|by and )(?:between|among) ${the}(?<a>${party})[^;]{0,420}?(?:[),>\\d]|as \\p{L}{1,12}) and ${the}(?<b>${party})`,
  ),
  of(
    'party-with',
    `(?<a>${actor})${aside}${helper} (?:entered into|signed|executed|concluded|made|terminated|negotiated) [^<>.;]{0,50}?${paper}[^<>.;]{0,40}? with ${the}(?<b>${actor})`,
  ),
  of(
    'party-with',
    `(?<a>${party}) and (?:the )?(?<b>${party})${helper} (?:entered into|signed|executed|concluded|agreed|have agreed|are parties)`,
  ),

  // Who paid whom, or what.
  of(
    'paid',
    `(?<a>${party})${aside}${helper} (?:pays?|paid|transferred|wired|remitted|reimbursed|lent|donated|owes|owed) (?:a (?:total|sum|fee) of |up to |about |over |the sum of )?${mark('a')} [^<>.;]{0,40}?to ${the}(?<b>${party})`,
  ),
  of(
    'paid',
    `(?<a>${party})${aside}${helper} (?:pays?|paid|reimbursed|lent|owes|owed) ${the}(?<b>${party}) [^<>.;]{0,30}?${mark('a')}`,
  ),
  of(
    'paid',
    `(?<a>${party})${aside}${helper} (?:received|receives|accepted|obtained) [^<>.;]{0,30}?${mark('a')} [^<>.;]{0,30}?from ${the}(?<b>${party})`,
    true,
  ),
  of(
    'paid',
    `(?<a>${party})${aside}${helper} (?:pays?|paid|transferred|wired|remitted|lent|donated|owes|owed|spent) (?:a (?:total|sum|fee) of |up to |about |over |the sum of |[^<>.;]{0,20}? )?(?<b>${mark('a')})`,
  ),

  // Who is against whom.
  of(
    'opposes',
    `(?<a>${mark('pol')})(?: and (?:others|another|ors))? (?:v\\.?|vs\\.?|versus) ${the}(?<b>${mark('pol')})`,
  ),
  of(
    'opposes',
    `(?<a>${actor})${aside}${helper} (?:sued|sues|sue|prosecuted|prosecutes|accused|accuses|opposed|opposes|condemned|condemns|condemn|attacked|attacks|fought|fights|killed|kills|targeted|targets|defeated|defeats|denounced|criticised|criticized|blamed|bombed|shelled|dismissed|countersued) ${the}(?:[\\p{L}\\d-]{1,20} ){0,3}?(?<b>${actor})`,
  ),
  of(
    'opposes',
    `(?<a>${party})(?:['’]s?)?${aside}[^<>.;]{0,50}? (?:claims?|proceedings|suit|lawsuit|action|complaint|campaign|strikes|airstrikes|attacks?|war|fight|fighting|charges|operations|judgment|progress)(?: (?:made|brought|filed|launched))? (?:against|on) ${the}(?:[\\p{L}\\d-]{1,20} ){0,3}?(?<b>${actor})`,
  ),
  of(
    'opposes',
    `(?<a>${actor})${aside}[^<>.;]{0,50}? (?:to )?(?:degrade and defeat|defeat|counter|combat|fight|destroy|disrupt|clearing|defeating) ${the}(?<b>${organisation})`,
  ),

  // Who is for whom.
  of(
    'supports',
    `(?<a>${actor})${aside}${helper} (?:supports?|supported|backs?|backed|endorsed|endorses|praised|assisted|assists|commends|commended|congratulated?s?|stands? (?:by|with)|stood (?:by|with)|allied with) ${the}(?:people of |government of )?(?<b>${actor})`,
  ),
  of(
    'supports',
    `(?<a>${actor})[^<>.;]{0,40}? (?:in support of|support for|support to) ${the}(?:people of |government of )?(?<b>${actor})`,
  ),
];
