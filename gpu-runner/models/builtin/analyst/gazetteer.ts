import nlp from 'compromise/two';

/** What is known of a lower-case word or phrase before any text is read. */
export type Gazetteer = {
  isFirstName(name: string): boolean;
  isLastName(name: string): boolean;
  isPerson(name: string): boolean;
  isPlace(name: string): boolean;
  isOrganisation(name: string): boolean;
  /** Words that are ordinary English too, however they are capitalised: "Will", "Grant", "Agreement". */
  isOrdinaryWord(word: string): boolean;
  /** Adjectives of nationality and names of peoples: "Russian", "Swiss". */
  isDemonym(word: string): boolean;
  /** The longest known name, counted in words. */
  longest: number;
  /** Everything above as one string, for the model's digest. */
  source: string;
};

const tagged = {
  firstName: ['MaleName', 'FemaleName', 'FirstName'],
  lastName: ['LastName'],
  person: ['Person'],
  place: ['City', 'Country', 'Region', 'Place'],
  organisation: ['Organization', 'SportsTeam'],
  demonym: ['Demonym'],
  ordinary: [
    'Infinitive',
    'PresentTense',
    'PastTense',
    'Gerund',
    'Plural',
    'Singular',
    'Adjective',
    'Actor',
    'Adverb',
    'Noun',
    'Uncountable',
    'Determiner',
    'Preposition',
    'Conjunction',
    'Pronoun',
    'Modal',
    'Month',
    'WeekDay',
    'Unit',
    'Duration',
    'Comparative',
    'Superlative',
    'Participle',
    'TextValue',
    'Ordinal',
    'Cardinal',
    'QuestionWord',
    'Date',
    'Honorific',
  ],
};

/** Shorter entries are abbreviations and airport codes, which read as names far too often. */
const shortestWord = 3;

/** Names the lexicon lacks, or holds as something else. */
const morePlaces = `uk|u.k|u.k.|us|u.s|u.s.|usa|u.s.a|u.s.a.|united states|united states of america|united kingdom|great britain|britain|england|scotland|wales|northern ireland|ireland|hong kong|taiwan|macau|people's republic of china|prc|russian federation|republic of korea|south korea|north korea|czech republic|ivory coast|vatican|palestine|gaza|west bank|crimea|kurdistan|middle east|far east|near east|north africa|west africa|east africa|central asia|south asia|southeast asia|south america|north america|latin america|central america|eastern europe|western europe|central europe|europe|asia|africa|oceania|antarctica|arctic|balkans|caribbean|scandinavia|baltic|mediterranean|persian gulf|black sea|pacific|atlantic|pacific ocean|atlantic ocean|indian ocean|silicon valley|new england|midwest|manhattan|brooklyn|hollywood|san francisco bay area|washington|washington dc|washington d.c|washington, d.c|new york city|new south wales|west virginia|district of columbia|puerto rico|guam|aleppo|palmyra|raqqa|mosul|homs|idlib|fallujah|ramadi|tikrit|baghdad|damascus|geneva|the hague|holland|burma|siberia|tibet|bavaria|saxony|catalonia|brittany|normandy|lombardy|sicily|tuscany|cornwall|yorkshire|kent|essex|sussex|surrey|norfolk|suffolk|devon|dorset|somerset|lancashire|cumbria|hampshire|oxfordshire|cambridgeshire|oxford|cambridge|birmingham|manchester|liverpool|leeds|sheffield|bristol|newcastle|nottingham|leicester|belfast|cardiff|swansea|aberdeen|dundee|inverness|edinburgh|glasgow`;
const shortFirstNames =
  'al|amy|ann|ben|bob|dan|don|ed|eva|guy|ian|ira|jan|jay|jim|joe|jon|jo|ken|kim|lee|leo|liz|max|may|meg|mia|ned|pam|pat|ray|rob|ron|roy|sam|sue|ted|tim|tom|van|vic|zoe|avi|ali|bo|geno|jody|alan|wyn';
const moreOrganisations = `un|u.n|united nations|nato|eu|european union|european commission|european parliament|unesco|unicef|unhcr|world health organization|imf|world bank|wto|opec|asean|african union|interpol|europol|bbc|nbc|cbs|abc|cnn|mtv|fbi|cia|nsa|nasa|sec|ftc|fcc|fda|irs|nhs|hmrc|fca|ibm|daesh|isil|isis|taliban|hezbollah|hamas|al-qaeda|al qaeda|al-nusra front|al-nusra|fujitsu|hm government|royal mail|labour|labour party|conservative party|house of commons|house of lords|parliament|congress|senate|white house|supreme court|high court|court of appeal|red cross|state department|pentagon|kremlin|foreign office|treasury|nfl|nba|nhl|mlb|ncaa|fifa|uefa|pga|lpga|nasdaq|nyse|new york stock exchange`;

function lexiconOf(): Map<string, string[]> {
  const model: unknown = nlp.model();
  const layer = isRecord(model) ? model.one : undefined;
  const lexicon = isRecord(layer) ? layer.lexicon : undefined;
  if (!isRecord(lexicon))
    throw new Error('compromise has no lexicon: install the version pinned in package.json');
  const entries = Object.entries(lexicon).map(([word, tags]): [string, string[]] => [
    word,
    [tags].flat().map(String),
  ]);
  return new Map(entries);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Builds the gazetteer from the lexicon of the compromise package and the names above. Takes a few milliseconds. */
export function loadGazetteer(): Gazetteer {
  const lexicon = lexiconOf();
  const having = (tags: readonly string[], more = ''): Set<string> => {
    const words = [...lexicon]
      .filter(([, has]) => has.some((tag) => tags.includes(tag)))
      .map(([word]) => word);
    return new Set(
      [...words.filter((word) => word.length > shortestWord), ...more.split('|')].filter(Boolean),
    );
  };
  const sets = {
    firstName: having(tagged.firstName, shortFirstNames),
    lastName: having(tagged.lastName),
    person: having(tagged.person),
    place: having(tagged.place, morePlaces),
    organisation: having(tagged.organisation, moreOrganisations),
    demonym: having(tagged.demonym),
    ordinary: having(tagged.ordinary),
  };
  const names = [sets.person, sets.place, sets.organisation].flatMap((set) => [...set]);
  return {
    isFirstName: (name) => sets.firstName.has(name),
    isLastName: (name) => sets.lastName.has(name),
    isPerson: (name) => sets.person.has(name),
    isPlace: (name) => sets.place.has(name),
    isOrganisation: (name) => sets.organisation.has(name),
    isOrdinaryWord: (word) => sets.ordinary.has(word),
    isDemonym: (word) => sets.demonym.has(word),
    longest: Math.max(...names.map((name) => name.split(' ').length)),
    source: JSON.stringify(Object.values(sets).map((set) => [...set].sort())),
  };
}
