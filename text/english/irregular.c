/* The table of irregular words. It also names words whose other forms in lists of exceptions are
 * rare or of other words ("brethren", "shod"), with the forms that are usual. Sorted by bytes. */
#include <string.h>

#include "text/english/irregular.h"

#define REGULAR NULL

/* clang-format off */
static const TxtIrregularVerb verbs[] = {
    {"address", "addressed", "addressed", REGULAR},
    {"arise", "arose", "arisen", REGULAR}, {"awake", "awoke", "awoken", REGULAR},
    {"backslide", "backslid", "backslid", REGULAR}, {"be", "", "been", "is"},
    {"bear", "bore", "borne", REGULAR}, {"beat", "beat", "beaten", REGULAR},
    {"become", "became", "become", REGULAR}, {"befall", "befell", "befallen", REGULAR},
    {"begin", "began", "begun", REGULAR}, {"behold", "beheld", "beheld", REGULAR},
    {"bend", "bent", "bent", REGULAR}, {"beset", "beset", "beset", REGULAR},
    {"bet", "bet", "bet", REGULAR}, {"betake", "betook", "betaken", REGULAR},
    {"bid", "bid", "bid", REGULAR}, {"bind", "bound", "bound", REGULAR},
    {"bite", "bit", "bitten", REGULAR}, {"bleed", "bled", "bled", REGULAR},
    {"bless", "blessed", "blessed", REGULAR}, {"blow", "blew", "blown", REGULAR},
    {"break", "broke", "broken", REGULAR}, {"breed", "bred", "bred", REGULAR},
    {"bring", "brought", "brought", REGULAR}, {"broadcast", "broadcast", "broadcast", REGULAR},
    {"browbeat", "browbeat", "browbeaten", REGULAR}, {"build", "built", "built", REGULAR},
    {"burn", "burned", "burned", REGULAR}, {"burst", "burst", "burst", REGULAR},
    {"buy", "bought", "bought", REGULAR}, {"bypass", "bypassed", "bypassed", REGULAR},
    {"can", "", "", REGULAR}, {"cast", "cast", "cast", REGULAR},
    {"catch", "caught", "caught", REGULAR}, {"chide", "chided", "chided", REGULAR},
    {"choose", "chose", "chosen", REGULAR}, {"cleave", "cleaved", "cleaved", REGULAR},
    {"cling", "clung", "clung", REGULAR}, {"clothe", "clothed", "clothed", REGULAR},
    {"come", "came", "come", REGULAR}, {"coordinate", "coordinated", "coordinated", REGULAR},
    {"cop", "copped", "copped", REGULAR}, {"cost", "cost", "cost", REGULAR},
    {"creep", "crept", "crept", REGULAR},
    {"curse", "cursed", "cursed", REGULAR}, {"cut", "cut", "cut", REGULAR},
    {"deal", "dealt", "dealt", REGULAR}, {"dig", "dug", "dug", REGULAR},
    {"dive", "dived", "dived", REGULAR}, {"do", "did", "done", "does"},
    {"draw", "drew", "drawn", REGULAR}, {"dream", "dreamed", "dreamed", REGULAR},
    {"drink", "drank", "drunk", REGULAR}, {"drive", "drove", "driven", REGULAR},
    {"dwell", "dwelt", "dwelt", REGULAR}, {"eat", "ate", "eaten", REGULAR},
    {"fall", "fell", "fallen", REGULAR}, {"feed", "fed", "fed", REGULAR},
    {"feel", "felt", "felt", REGULAR}, {"fight", "fought", "fought", REGULAR},
    {"find", "found", "found", REGULAR}, {"fit", "fit", "fit", REGULAR},
    {"flee", "fled", "fled", REGULAR}, {"fling", "flung", "flung", REGULAR},
    {"floodlight", "floodlighted", "floodlighted", REGULAR}, {"fly", "flew", "flown", REGULAR},
    {"forbear", "forbore", "forborne", REGULAR}, {"forbid", "forbade", "forbidden", REGULAR},
    {"forecast", "forecast", "forecast", REGULAR}, {"forego", "forewent", "foregone", REGULAR},
    {"foresee", "foresaw", "foreseen", REGULAR}, {"foretell", "foretold", "foretold", REGULAR},
    {"forget", "forgot", "forgotten", REGULAR}, {"forgive", "forgave", "forgiven", REGULAR},
    {"forgo", "forwent", "forgone", REGULAR}, {"forsake", "forsook", "forsaken", REGULAR},
    {"forswear", "forswore", "forsworn", REGULAR}, {"freeze", "froze", "frozen", REGULAR},
    {"gainsay", "gainsaid", "gainsaid", REGULAR}, {"get", "got", "gotten", REGULAR},
    {"ghostwrite", "ghostwrote", "ghostwritten", REGULAR}, {"gild", "gilded", "gilded", REGULAR},
    {"gird", "girded", "girded", REGULAR}, {"give", "gave", "given", REGULAR},
    {"gnaw", "gnawed", "gnawed", REGULAR}, {"go", "went", "gone", "goes"},
    {"grave", "graved", "graved", REGULAR}, {"grind", "ground", "ground", REGULAR},
    {"grip", "gripped", "gripped", REGULAR}, {"grow", "grew", "grown", REGULAR},
    {"hamstring", "hamstrung", "hamstrung", REGULAR}, {"hang", "hung", "hung", REGULAR},
    {"have", "had", "had", "has"}, {"hear", "heard", "heard", REGULAR},
    {"heave", "heaved", "heaved", REGULAR}, {"hew", "hewed", "hewed", REGULAR},
    {"hide", "hid", "hidden", REGULAR}, {"hit", "hit", "hit", REGULAR},
    {"hold", "held", "held", REGULAR}, {"hurt", "hurt", "hurt", REGULAR},
    {"inlay", "inlaid", "inlaid", REGULAR}, {"input", "input", "input", REGULAR},
    {"inset", "inset", "inset", REGULAR}, {"interweave", "interwove", "interwoven", REGULAR},
    {"keep", "kept", "kept", REGULAR}, {"kneel", "knelt", "knelt", REGULAR},
    {"knit", "knitted", "knitted", REGULAR}, {"know", "knew", "known", REGULAR},
    {"lade", "laded", "laded", REGULAR}, {"lay", "laid", "laid", REGULAR},
    {"lead", "led", "led", REGULAR}, {"lean", "leaned", "leaned", REGULAR},
    {"leap", "leaped", "leaped", REGULAR}, {"learn", "learned", "learned", REGULAR},
    {"leave", "left", "left", REGULAR}, {"lend", "lent", "lent", REGULAR},
    {"let", "let", "let", REGULAR}, {"lie", "lay", "lain", REGULAR},
    {"light", "lit", "lit", REGULAR}, {"lose", "lost", "lost", REGULAR},
    {"make", "made", "made", REGULAR}, {"may", "", "", REGULAR},
    {"mean", "meant", "meant", REGULAR}, {"meet", "met", "met", REGULAR},
    {"melt", "melted", "melted", REGULAR}, {"mislay", "mislaid", "mislaid", REGULAR},
    {"mislead", "misled", "misled", REGULAR}, {"misread", "misread", "misread", REGULAR},
    {"misspend", "misspent", "misspent", REGULAR}, {"mistake", "mistook", "mistaken", REGULAR},
    {"misunderstand", "misunderstood", "misunderstood", REGULAR},
    {"mow", "mowed", "mowed", REGULAR}, {"must", "", "", REGULAR},
    {"offset", "offset", "offset", REGULAR}, {"outbid", "outbid", "outbid", REGULAR},
    {"outdo", "outdid", "outdone", "outdoes"}, {"outgrow", "outgrew", "outgrown", REGULAR},
    {"output", "output", "output", REGULAR}, {"outrun", "outran", "outrun", REGULAR},
    {"outsell", "outsold", "outsold", REGULAR}, {"outshine", "outshone", "outshone", REGULAR},
    {"outwear", "outwore", "outworn", REGULAR}, {"overbear", "overbore", "overborne", REGULAR},
    {"overcast", "overcast", "overcast", REGULAR}, {"overcome", "overcame", "overcome", REGULAR},
    {"overdo", "overdid", "overdone", "overdoes"}, {"overdraw", "overdrew", "overdrawn", REGULAR},
    {"overeat", "overate", "overeaten", REGULAR}, {"overfeed", "overfed", "overfed", REGULAR},
    {"overflow", "overflowed", "overflowed", REGULAR},
    {"overhang", "overhung", "overhung", REGULAR}, {"overhear", "overheard", "overheard", REGULAR},
    {"overlay", "overlaid", "overlaid", REGULAR},
   
    {"overpay", "overpaid", "overpaid", REGULAR}, {"override", "overrode", "overridden", REGULAR},
    {"overrun", "overran", "overrun", REGULAR}, {"oversee", "oversaw", "overseen", REGULAR},
    {"overshoot", "overshot", "overshot", REGULAR},
    {"oversleep", "overslept", "overslept", REGULAR},
    {"overspend", "overspent", "overspent", REGULAR},
    {"overtake", "overtook", "overtaken", REGULAR},
    {"overthrow", "overthrew", "overthrown", REGULAR},
    {"overwrite", "overwrote", "overwritten", REGULAR},
    {"partake", "partook", "partaken", REGULAR}, {"pay", "paid", "paid", REGULAR},
    {"pen", "penned", "penned", REGULAR}, {"plead", "pleaded", "pleaded", REGULAR},
    {"prepay", "prepaid", "prepaid", REGULAR}, {"preset", "preset", "preset", REGULAR},
    {"proofread", "proofread", "proofread", REGULAR}, {"prove", "proved", "proven", REGULAR},
    {"put", "put", "put", REGULAR}, {"quit", "quit", "quit", REGULAR},
    {"read", "read", "read", REGULAR}, {"rebuild", "rebuilt", "rebuilt", REGULAR},
    {"recast", "recast", "recast", REGULAR}, {"redo", "redid", "redone", "redoes"},
    {"redraw", "redrew", "redrawn", REGULAR}, {"remake", "remade", "remade", REGULAR},
    {"rend", "rent", "rent", REGULAR}, {"repay", "repaid", "repaid", REGULAR},
    {"reread", "reread", "reread", REGULAR}, {"rerun", "reran", "rerun", REGULAR},
    {"resell", "resold", "resold", REGULAR}, {"reset", "reset", "reset", REGULAR},
    {"retake", "retook", "retaken", REGULAR}, {"retell", "retold", "retold", REGULAR},
    {"rethink", "rethought", "rethought", REGULAR}, {"rewind", "rewound", "rewound", REGULAR},
    {"rewrite", "rewrote", "rewritten", REGULAR}, {"rid", "rid", "rid", REGULAR},
    {"ride", "rode", "ridden", REGULAR}, {"ring", "rang", "rung", REGULAR},
    {"rise", "rose", "risen", REGULAR}, {"run", "ran", "run", REGULAR},
    {"saw", "sawed", "sawed", REGULAR}, {"say", "said", "said", REGULAR},
    {"see", "saw", "seen", REGULAR}, {"seek", "sought", "sought", REGULAR},
    {"sell", "sold", "sold", REGULAR}, {"send", "sent", "sent", REGULAR},
    {"set", "set", "set", REGULAR}, {"sew", "sewed", "sewn", REGULAR},
    {"shake", "shook", "shaken", REGULAR}, {"shall", "", "", REGULAR},
    {"shave", "shaved", "shaved", REGULAR}, {"shed", "shed", "shed", REGULAR},
    {"shine", "shone", "shone", REGULAR}, {"shoe", "shod", "shod", REGULAR},
    {"shoot", "shot", "shot", REGULAR}, {"show", "showed", "shown", REGULAR},
    {"shred", "shredded", "shredded", REGULAR}, {"shrink", "shrank", "shrunk", REGULAR},
    {"shut", "shut", "shut", REGULAR}, {"sing", "sang", "sung", REGULAR},
    {"sink", "sank", "sunk", REGULAR}, {"sit", "sat", "sat", REGULAR},
    {"ski", "skied", "skied", REGULAR}, {"slay", "slew", "slain", REGULAR},
    {"sleep", "slept", "slept", REGULAR}, {"slide", "slid", "slid", REGULAR},
    {"sling", "slung", "slung", REGULAR}, {"slink", "slunk", "slunk", REGULAR},
    {"slit", "slit", "slit", REGULAR}, {"smell", "smelled", "smelled", REGULAR},
    {"smite", "smote", "smitten", REGULAR}, {"sneak", "sneaked", "sneaked", REGULAR},
    {"sow", "sowed", "sown", REGULAR}, {"speak", "spoke", "spoken", REGULAR},
    {"speed", "sped", "sped", REGULAR}, {"spell", "spelled", "spelled", REGULAR},
    {"spellbind", "spellbound", "spellbound", REGULAR}, {"spend", "spent", "spent", REGULAR},
    {"spill", "spilled", "spilled", REGULAR}, {"spin", "spun", "spun", REGULAR},
    {"spit", "spat", "spat", REGULAR}, {"split", "split", "split", REGULAR},
    {"spoil", "spoiled", "spoiled", REGULAR}, {"spotlight", "spotlighted", "spotlighted", REGULAR},
    {"spread", "spread", "spread", REGULAR}, {"spring", "sprang", "sprung", REGULAR},
    {"stand", "stood", "stood", REGULAR}, {"stave", "staved", "staved", REGULAR},
    {"steal", "stole", "stolen", REGULAR}, {"stick", "stuck", "stuck", REGULAR},
    {"sting", "stung", "stung", REGULAR}, {"stink", "stank", "stunk", REGULAR},
    {"strew", "strewed", "strewn", REGULAR}, {"stride", "strode", "stridden", REGULAR},
    {"strike", "struck", "struck", REGULAR}, {"string", "strung", "strung", REGULAR},
    {"strive", "strove", "striven", REGULAR}, {"sublet", "sublet", "sublet", REGULAR},
    {"sunburn", "sunburned", "sunburned", REGULAR}, {"swear", "swore", "sworn", REGULAR},
    {"sweat", "sweated", "sweated", REGULAR}, {"sweep", "swept", "swept", REGULAR},
    {"swell", "swelled", "swollen", REGULAR}, {"swim", "swam", "swum", REGULAR},
    {"swing", "swung", "swung", REGULAR}, {"take", "took", "taken", REGULAR},
    {"teach", "taught", "taught", REGULAR}, {"tear", "tore", "torn", REGULAR},
    {"tell", "told", "told", REGULAR}, {"think", "thought", "thought", REGULAR},
    {"thrive", "thrived", "thrived", REGULAR}, {"throw", "threw", "thrown", REGULAR},
    {"thrust", "thrust", "thrust", REGULAR}, {"transfix", "transfixed", "transfixed", REGULAR},
    {"tread", "trod", "trodden", REGULAR}, {"typecast", "typecast", "typecast", REGULAR},
    {"unbend", "unbent", "unbent", REGULAR}, {"unbind", "unbound", "unbound", REGULAR},
    {"undercut", "undercut", "undercut", REGULAR},
    {"undergo", "underwent", "undergone", "undergoes"},
    {"underlie", "underlay", "underlain", REGULAR},
    {"underpay", "underpaid", "underpaid", REGULAR},
    {"undersell", "undersold", "undersold", REGULAR},
    {"understand", "understood", "understood", REGULAR},
    {"undertake", "undertook", "undertaken", REGULAR},
    {"underwrite", "underwrote", "underwritten", REGULAR}, {"undo", "undid", "undone", "undoes"},
    {"unwind", "unwound", "unwound", REGULAR}, {"uphold", "upheld", "upheld", REGULAR},
    {"upset", "upset", "upset", REGULAR}, {"wake", "woke", "woken", REGULAR},
    {"waylay", "waylaid", "waylaid", REGULAR}, {"wear", "wore", "worn", REGULAR},
    {"weave", "wove", "woven", REGULAR}, {"wed", "wed", "wed", REGULAR},
    {"weep", "wept", "wept", REGULAR}, {"wet", "wet", "wet", REGULAR}, {"will", "", "", REGULAR},
    {"win", "won", "won", REGULAR}, {"wind", "wound", "wound", REGULAR},
    {"withdraw", "withdrew", "withdrawn", REGULAR}, {"withhold", "withheld", "withheld", REGULAR},
    {"withstand", "withstood", "withstood", REGULAR}, {"work", "worked", "worked", REGULAR},
    {"wring", "wrung", "wrung", REGULAR}, {"write", "wrote", "written", REGULAR},
};

static const TxtIrregularForm plurals[] = {
    {"aircraft", "aircraft"}, {"alga", "algae"}, {"alumnus", "alumni"}, {"analysis", "analyses"},
    {"antenna", "antennas"}, {"antithesis", "antitheses"}, {"apparatus", ""},
    {"appendix", "appendices"}, {"auditorium", "auditoriums"}, {"axis", "axes"},
    {"bacterium", "bacteria"}, {"ban", "bans"}, {"bandit", "bandits"}, {"base", "bases"},
    {"basis", "bases"}, {"beau", "beaus"}, {"beef", ""}, {"bookshelf", "bookshelves"},
    {"brother", "brothers"}, {"buffalo", "buffaloes"}, {"bureau", "bureaus"}, {"bus", "buses"},
    {"calf", "calves"}, {"camera", "cameras"}, {"cargo", "cargoes"}, {"cherub", "cherubs"},
    {"child", "children"}, {"colon", "colons"}, {"coma", "comas"}, {"commando", "commandos"},
    {"concerto", "concertos"}, {"corpus", "corpora"}, {"cortex", "cortices"}, {"cow", "cows"},
    {"crescendo", "crescendos"}, {"crisis", "crises"}, {"criterion", "criteria"},
    {"crossroads", "crossroads"}, {"cry", "cries"}, {"curriculum", "curricula"}, {"datum", "data"},
    {"deer", "deer"}, {"diagnosis", "diagnoses"}, {"die", "dice"}, {"dogma", "dogmas"},
    {"dwarf", "dwarfs"}, {"echo", "echoes"}, {"elf", "elves"}, {"ellipsis", "ellipses"},
    {"embargo", "embargoes"}, {"emphasis", "emphases"}, {"eye", "eyes"}, {"fish", "fish"},
    {"flea", "fleas"}, {"focus", "focuses"}, {"foot", "feet"}, {"formula", "formulas"},
    {"fungus", "fungi"}, {"gas", "gases"}, {"genius", "geniuses"}, {"gentleman", "gentlemen"},
    {"genus", "genera"}, {"ghetto", "ghettos"}, {"goose", "geese"},
    {"grandchild", "grandchildren"}, {"half", "halves"}, {"halo", "halos"}, {"halter", "halters"},
    {"headquarters", "headquarters"}, {"hero", "heroes"}, {"hoof", "hooves"},
    {"housewife", "housewives"}, {"hovercraft", "hovercraft"}, {"hypothesis", "hypotheses"},
    {"index", "indexes"}, {"information", ""}, {"knife", "knives"}, {"larva", "larvae"},
    {"leaf", "leaves"}, {"leave", "leaves"}, {"lemma", "lemmas"}, {"life", "lives"},
    {"loaf", "loaves"}, {"louse", "lice"}, {"lure", "lures"}, {"man", "men"},
    {"maximum", "maximums"}, {"means", "means"}, {"medium", "media"},
    {"memorandum", "memorandums"}, {"midwife", "midwives"}, {"millennium", "millennia"},
    {"money", ""}, {"morse", ""}, {"mosquito", "mosquitoes"}, {"motto", "mottoes"},
    {"mouse", "mice"}, {"negro", ""}, {"nemesis", "nemeses"}, {"neurosis", "neuroses"},
    {"no", "noes"}, {"nucleus", "nuclei"}, {"oasis", "oases"}, {"octopus", "octopuses"},
    {"offspring", "offspring"}, {"os", ""}, {"ox", "oxen"}, {"parenthesis", "parentheses"},
    {"patina", "patinas"}, {"pea", "peas"}, {"penny", "pennies"}, {"person", "people"},
    {"phenomenon", "phenomena"}, {"policeman", "policemen"}, {"potato", "potatoes"},
    {"proviso", "provisos"}, {"quiz", "quizzes"}, {"radius", "radii"},
    {"referendum", "referendums"}, {"roof", "roofs"}, {"salmon", "salmon"}, {"salvo", "salvos"},
    {"scarf", "scarves"}, {"self", "selves"}, {"series", "series"}, {"serum", "serums"},
    {"sheaf", "sheaves"}, {"sheep", "sheep"}, {"shelf", "shelves"}, {"shoe", "shoes"},
    {"shrimp", "shrimp"}, {"sole", "soles"}, {"soprano", "sopranos"}, {"spacecraft", "spacecraft"},
    {"species", "species"}, {"spouse", "spouses"},
    {"stadium", "stadiums"}, {"staff", "staffs"}, {"stamen", "stamens"},
    {"stepchild", "stepchildren"}, {"stimulus", "stimuli"}, {"stratum", "strata"},
    {"swine", "swine"}, {"symposium", "symposiums"}, {"synthesis", "syntheses"}, {"taxi", "taxis"},
    {"tempo", "tempos"}, {"thesis", "theses"}, {"thief", "thieves"}, {"tobacco", "tobaccos"},
    {"tomato", "tomatoes"}, {"tooth", "teeth"}, {"tornado", "tornadoes"}, {"torpedo", "torpedoes"},
    {"torso", "torsos"}, {"trout", "trout"}, {"turf", "turfs"}, {"ultimatum", "ultimatums"},
    {"vacuum", "vacuums"}, {"vertex", "vertices"}, {"vertigo", ""}, {"veto", "vetoes"},
    {"volcano", "volcanoes"}, {"werewolf", "werewolves"},
    {"wharf", "wharves"}, {"wife", "wives"}, {"wolf", "wolves"}, {"woman", "women"},
    {"yourself", "yourselves"}, {"zero", "zeros"},
};

static const TxtIrregularForm comparatives[] = {
    {"bad", "worse"}, {"far", "farther"}, {"fun", ""}, {"good", "better"}, {"ill", "worse"},
    {"late", "later"}, {"like", ""}, {"little", ""}, {"many", "more"}, {"much", "more"},
    {"old", "older"}, {"other", ""}, {"real", ""}, {"right", ""}, {"same", ""}, {"well", "better"},
    {"wrong", ""},
};

static const TxtIrregularForm superlatives[] = {
    {"bad", "worst"}, {"far", "farthest"}, {"fun", ""}, {"good", "best"}, {"ill", "worst"},
    {"late", "latest"}, {"like", ""}, {"little", ""}, {"many", "most"}, {"much", "most"},
    {"old", "oldest"}, {"other", ""}, {"real", ""}, {"right", ""}, {"same", ""}, {"well", "best"},
    {"wrong", ""},
};

static const TxtIrregularForm adverb_comparatives[] = {
    {"badly", "worse"}, {"cheap", "cheaper"}, {"close", "closer"}, {"deep", "deeper"},
    {"deeply", "deeper"}, {"early", "earlier"}, {"easy", "easier"}, {"far", "farther"},
    {"fast", "faster"}, {"hard", "harder"}, {"high", "higher"}, {"ill", "worse"},
    {"late", "later"}, {"little", "less"}, {"long", "longer"}, {"loud", "louder"},
    {"low", "lower"}, {"much", "more"}, {"near", "nearer"}, {"often", ""}, {"quick", "quicker"},
    {"slow", "slower"}, {"soon", "sooner"}, {"well", "better"},
};

static const TxtIrregularForm adverb_superlatives[] = {
    {"badly", "worst"}, {"cheap", "cheapest"}, {"close", "closest"}, {"deep", "deepest"},
    {"deeply", "deepest"}, {"early", "earliest"}, {"easy", "easiest"}, {"far", "farthest"},
    {"fast", "fastest"}, {"hard", "hardest"}, {"high", "highest"}, {"ill", "worst"},
    {"late", "latest"}, {"little", "least"}, {"long", "longest"}, {"loud", "loudest"},
    {"low", "lowest"}, {"much", "most"}, {"near", "nearest"}, {"often", ""}, {"quick", "quickest"},
    {"slow", "slowest"}, {"soon", "soonest"}, {"well", "best"},
};
/* clang-format on */

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static int compare(const char *lemma, size_t size, const char *entry)
{
    const int order = strncmp(lemma, entry, size);
    return order != 0 ? order : -(entry[size] != '\0');
}

const TxtIrregularVerb *txt_irregular_verb(const char *lemma, size_t size)
{
    size_t low = 0, high = COUNT(verbs);
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = compare(lemma, size, verbs[middle].lemma);
        if (order == 0)
            return &verbs[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static const char *find_form(const TxtIrregularForm *table, size_t n, const char *lemma,
                             size_t size)
{
    size_t low = 0, high = n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = compare(lemma, size, table[middle].lemma);
        if (order == 0)
            return table[middle].form;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const char *txt_irregular_form(const char *lemma, size_t size, TxtPtb tag)
{
    switch (tag) {
    case TXT_PTB_NNS:
        return find_form(plurals, COUNT(plurals), lemma, size);
    case TXT_PTB_JJR:
        return find_form(comparatives, COUNT(comparatives), lemma, size);
    case TXT_PTB_JJS:
        return find_form(superlatives, COUNT(superlatives), lemma, size);
    case TXT_PTB_RBR:
        return find_form(adverb_comparatives, COUNT(adverb_comparatives), lemma, size);
    case TXT_PTB_RBS:
        return find_form(adverb_superlatives, COUNT(adverb_superlatives), lemma, size);
    default:
        return NULL;
    }
}

const TxtIrregularVerb *txt_irregular_verb_at(size_t i)
{
    return i < COUNT(verbs) ? &verbs[i] : NULL;
}
