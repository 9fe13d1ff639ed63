/** The words that give a name's kind away. All lower case, full stops left out. */
const set = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/));

/** Legal forms: a name that ends in one is a company. */
export const legalForms = set(
  `inc incorporated corp corporation llc l.l.c ltd limited llp l.l.p lp l.p plc p.l.c gmbh ag s.a sa b.v bv n.v nv co
  company companies pte pty s.p.a spa s.r.l srl kg oy ab a.s kk jsc ojsc s.a.s sarl`,
);

/** A name that ends in one of these is an organisation. */
export const organisationEnds = set(
  `bank trust fund funds group holdings holding partners associates association society institute institution foundation
  university college school academy commission committee council department ministry office agency authority board court
  tribunal parliament congress senate assembly cabinet government administration army navy forces force police corps
  command regiment brigade battalion division squadron party union federation league club team orchestra band choir
  church ministries mission hospital clinic laboratory laboratories labs museum library press times post news journal
  gazette herald tribune magazine records recordings entertainment studios pictures films productions broadcasting
  television radio network networks airlines airways railway railways railroad motors industries enterprises systems
  technologies solutions software services securities investments capital finance insurance assurance bancorp
  pharmaceuticals petroleum energy electric communications telecommunications wireless media publishing publications
  international organisation organization coalition alliance consortium network programme program service secretariat
  bureau exchange reserve treasury inquiry taskforce militia brigades front movement guard rangers united fc afc rovers
  wanderers athletic albion giants lions tigers bears eagles cowboys dodgers yankees`,
);

/** `University of …`, `Department for …`: a name that begins so, and goes on with of or for, is an organisation. */
export const organisationStarts = set(
  `university department ministry office bureau institute bank commission committee council board court house association
  society federation union college school academy foundation fund organisation organization agency authority government
  parliament church order league center centre national royal federal supreme high faculty chamber army bishops
  secretariat directorate museum ministers`,
);

/** A name that ends in one of these is a place. */
export const placeEnds = set(
  `river lake mount mountain mountains hill hills county city town village island islands isle province state states
  district valley bay sea ocean gulf coast strait airport park square bridge street road avenue boulevard drive lane
  highway region peninsula desert forest canyon beach creek falls harbor harbour port republic kingdom territory
  prefecture municipality parish borough governorate heights plaza blvd ave rd springs canal cape plateau glacier reef`,
);

/** `Gulf of …`, `Isle of …`, `Lake Geneva`, `Mount Kenya`. */
export const placeStarts = set(
  'gulf bay isle isles cape lake mount mt port fort strait province county city republic kingdom saint st',
);

/** Before a person's name, and no part of it. */
export const honorifics = set(
  `mr mrs ms miss dr prof professor sir dame lord lady rev reverend father sister saint pope king queen prince princess
  emperor sultan sheikh imam ayatollah judge justice baroness baron duke duchess count countess`,
);

/** Offices whose holder's name follows: "Foreign Secretary Philip Hammond". */
export const roles = set(
  `minister secretary president chairman chairwoman chairperson chair ambassador envoy spokesman spokesperson
  spokeswoman commissioner director governor mayor senator congressman representative general colonel captain major
  lieutenant sergeant admiral commander marshal chancellor premier chief officer ceo cfo cto manager treasurer attorney
  counsel partner analyst author actor actress singer drummer guitarist bassist composer director producer coach player
  writer poet painter scientist historian journalist bishop archbishop cardinal detective inspector superintendent agent
  consultant golfer`,
);

/** Words after which a person is speaking or acting. */
export const personVerbs = set(
  `said says told added asked wrote argued explained stated announced replied met spoke visited married died lived
  born joined played sang recorded released appeared starred retired resigned testified condemned welcomed thanked`,
);

/** Join the parts of one person's name. */
export const particles = set('de la van von der den del della di da du le bin ibn al el dos das ter ten');

/** Join the parts of an organisation's or a place's name. */
export const joiners = set('of the for and & de la');

/** Parties and other roles in a contract, which stand for a company but do not name one. */
export const definedRoles = set(
  `agreement company companies agent agency party parties client customer customers distributor supplier vendor provider
  recipient consultant licensor licensee lender borrower seller buyer purchaser owner servicer franchisor franchisee
  contractor employer employee trust fund adviser advisor manager shipper transporter professional services products
  effective date term exhibit schedule section article amendment act code commission board contract program site web
  software hardware territory confidential information notice day days business month year royalty fee fees net sales
  additional affected initial aforementioned lessor lessee guarantor trustee holder holders affiliate affiliates subsidiary representative representatives minister
  department scheme report inquiry chapter volume part annex appendix`,
);

/** Labels of forms, signature blocks and clauses: never part of a name. */
export const formLabels = set(
  `name names title its attention attn tel telephone fax facsimile email e-mail phone signature signed witness exhibit
  section article schedule item items paragraph appendix annex chapter clause figure table page re cc from to subject
  box p.o sections articles exhibits schedules suite paragraphs dated approved notice notices whereas witnesseth recitals definitions yes no mandatory`,
);

/**
 * Organisation endings that contracts also use for defined terms: "Receiving Party", "Additional Services". They count
 * only with a word before them that is not plain English.
 */
export const looseEnds = set(
  `party services service program programme insurance assurance finance capital securities division exchange reserve
  front movement guard fund funds board office agency team records software systems network networks investments holding
  energy electric media press times news post journal partners group international library laboratory production
  entertainment communications solutions technologies television radio secretariat association commission committee
  council authority court inquiry trust department`,
);
