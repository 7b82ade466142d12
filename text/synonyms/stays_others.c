/* Words of German and Spanish that stay: articles, pronouns, prepositions, conjunctions, auxiliary verbs,
 * numbers, and words that negate or limit. Thesauri list them beside others, but a sentence does not hold
 * with those. Keys, sorted by bytes. */
#include <string.h>

#include "text/synonyms/inside.h"

/* clang-format off */
static const char *const german[] = {
    "aber", "acht", "alle", "allem", "allen", "aller", "alles", "als", "also", "am", "an", "andere",
    "anderem", "anderen", "anderer", "anderes", "anstatt", "auch", "auf", "aufgrund", "aus",
    "ausgenommen", "ausser", "ausserdem", "bei", "beide", "beiden", "beim", "beinahe", "bevor",
    "bezüglich", "bin", "bis", "bist", "da", "dabei", "dadurch", "dafür", "dagegen", "daher",
    "dahin", "damit", "danach", "daneben", "dann", "daran", "darauf", "daraus", "darf", "darfst",
    "darin", "darum", "darunter", "darüber", "das", "dass", "davon", "davor", "dazu", "dein",
    "deine", "deinem", "deinen", "deiner", "dem", "den", "denen", "denn", "dennoch", "der", "deren",
    "derer", "des", "deshalb", "dessen", "desto", "dich", "die", "dies", "diese", "dieselbe",
    "dieselben", "diesem", "diesen", "dieser", "dieses", "dir", "doch", "dort", "drei", "du",
    "durch", "dürfen", "ebenso", "ein", "eine", "einem", "einen", "einer", "eines", "einige",
    "einigem", "einigen", "einiger", "einiges", "einmal", "eins", "einschliesslich", "elf", "er",
    "erst", "es", "etwa", "etwas", "euch", "euer", "eure", "eurem", "euren", "eurer", "fast",
    "fünf", "für", "ganz", "gar", "gegen", "gehabt", "gemäss", "genug", "gewesen", "geworden",
    "habe", "haben", "habt", "hat", "hatte", "hatten", "hattest", "her", "hier", "hin",
    "hinsichtlich", "hinter", "hundert", "hätte", "hätten", "ich", "ihm", "ihn", "ihnen", "ihr",
    "ihre", "ihrem", "ihren", "ihrer", "ihres", "im", "immer", "in", "indem", "infolge",
    "innerhalb", "ins", "irgend", "ist", "ja", "je", "jede", "jedem", "jeden", "jeder", "jedes",
    "jedoch", "jene", "jenem", "jenen", "jener", "jenes", "jetzt", "kann", "kannst", "kaum", "kein",
    "keine", "keinem", "keinen", "keiner", "keinerlei", "keines", "konnte", "konnten", "können",
    "könnt", "könnte", "könnten", "laut", "machen", "man", "manche", "manchem", "manchen",
    "mancher", "manches", "mehr", "mein", "meine", "meinem", "meinen", "meiner", "meines", "mich",
    "mir", "mit", "mittels", "muss", "musst", "musste", "mussten", "möge", "mögen", "müssen",
    "müsste", "nach", "nachdem", "neben", "nein", "neun", "nicht", "nichts", "nie", "niemals",
    "niemand", "niemandem", "niemanden", "nirgends", "nirgendwo", "noch", "nun", "nur", "nämlich",
    "ob", "obwohl", "oder", "ohne", "samt", "schon", "sechs", "sehr", "sei", "seid", "sein",
    "seine", "seinem", "seinen", "seiner", "seines", "seit", "seitdem", "seitens", "selbst",
    "selten", "sich", "sie", "sieben", "sind", "so", "sobald", "solche", "solchem", "solchen",
    "solcher", "solches", "soll", "sollen", "sollte", "sollten", "sondern", "sonst", "soweit",
    "sowie", "sowohl", "statt", "tausend", "trotz", "um", "und", "uns", "unser", "unsere",
    "unserem", "unseren", "unserer", "unter", "usw", "vier", "vom", "von", "vor", "wann", "war",
    "waren", "warum", "was", "weder", "wegen", "weil", "weiter", "welche", "welchem", "welchen",
    "welcher", "welches", "wem", "wen", "wenig", "wenige", "wenn", "wer", "werde", "werden",
    "werdet", "weshalb", "wessen", "wie", "wieder", "wieso", "will", "wir", "wird", "wirst", "wo",
    "wobei", "wodurch", "wofür", "wohin", "wohl", "wollen", "wollte", "wollten", "womit", "worden",
    "wurde", "wurden", "während", "wäre", "wären", "würde", "würden", "zehn", "zu", "zufolge",
    "zum", "zur", "zwar", "zwei", "zwischen", "zwölf", "über",
};

static const char *const spanish[] = {
    "a", "acá", "además", "ahora", "ahí", "al", "algo", "alguien", "alguna", "algunas", "alguno",
    "algunos", "algún", "allá", "allí", "ambas", "ambos", "ante", "antes", "apenas", "aquel",
    "aquella", "aquellas", "aquello", "aquellos", "aquí", "así", "aun", "aunque", "aún", "bajo",
    "bastante", "bien", "cada", "casi", "cien", "cierta", "ciertas", "cierto", "ciertos", "cinco",
    "como", "con", "conmigo", "consigo", "contigo", "contra", "cual", "cuales", "cualesquiera",
    "cualquier", "cualquiera", "cuando", "cuanta", "cuantas", "cuanto", "cuantos", "cuatro", "cuál",
    "cuáles", "cuándo", "cuánto", "cómo", "de", "debe", "deben", "deber", "del", "demasiado",
    "demás", "dentro", "desde", "después", "detrás", "diez", "donde", "dos", "durante", "dónde",
    "e", "el", "ella", "ellas", "ello", "ellos", "en", "encima", "entonces", "entre", "era", "eran",
    "eres", "es", "esa", "esas", "ese", "eso", "esos", "esta", "estaba", "estaban", "estado",
    "estamos", "estar", "estas", "este", "esto", "estos", "estoy", "está", "están", "excepto",
    "fue", "fuera", "fueron", "fuese", "fui", "ha", "haber", "habido", "había", "habían", "han",
    "has", "hasta", "hay", "haya", "hayan", "he", "hemos", "incluso", "jamás", "junto", "la", "las",
    "le", "les", "lo", "los", "luego", "mas", "me", "mediante", "menos", "mi", "mientras", "mil",
    "mis", "misma", "mismas", "mismo", "mismos", "mucha", "muchas", "mucho", "muchos", "muy", "más",
    "mí", "mía", "mías", "mío", "míos", "nada", "nadie", "ni", "ninguna", "ninguno", "ningún", "no",
    "nos", "nosotras", "nosotros", "nuestra", "nuestras", "nuestro", "nuestros", "nueve", "nunca",
    "o", "ocho", "os", "otra", "otras", "otro", "otros", "para", "pero", "poca", "pocas", "poco",
    "pocos", "por", "porque", "pues", "que", "quien", "quienes", "quién", "quiénes", "qué",
    "raramente", "salvo", "se", "sea", "sean", "según", "seis", "ser", "será", "si", "siempre",
    "siendo", "siete", "sin", "sino", "sobre", "sois", "solo", "somos", "son", "soy", "su", "sus",
    "suya", "suyas", "suyo", "suyos", "sí", "sólo", "tal", "tales", "también", "tampoco", "tan",
    "tanta", "tantas", "tanto", "tantos", "te", "tener", "tiene", "tienen", "toda", "todas",
    "todavía", "todo", "todos", "tras", "tres", "tu", "tus", "tuya", "tuyo", "tú", "u", "un", "una",
    "unas", "uno", "unos", "usted", "ustedes", "varias", "varios", "vosotras", "vosotros",
    "vuestra", "vuestro", "y", "ya", "yo", "él", "ésta", "éstas", "éste", "éstos",
};
/* clang-format on */

#define STAYS(language, words)                              \
    {                                                       \
        language, words, sizeof(words) / sizeof((words)[0]) \
    }

static const TxtStays languages[] = {STAYS("de", german), STAYS("es", spanish)};

const TxtStays *txt_stays_of(const char *language, size_t size)
{
    for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++)
        if (strlen(languages[i].language) == size &&
            memcmp(languages[i].language, language, size) == 0)
            return &languages[i];
    return NULL;
}

bool txt_stays(const TxtStays *stays, const char *key, size_t size)
{
    size_t low = 0, high = stays ? stays->n : 0;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        int order = strncmp(key, stays->words[middle], size);
        if (order == 0 && stays->words[middle][size] != '\0')
            order = -1;
        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}
