/* Pairs of English words that are judged by hand, since counts of senses in a million words of tagged
 * text cannot tell.
 *
 * Alike: in nearly all texts of today the one can stand for the other ("error", "mistake"), though each has
 * other senses or the lexicon keeps their senses apart. Apart: they share their main sense in the
 * lexicon, but differ in strength ("cruel", "savage"), in style ("dad", "papa"), in what they govern
 * ("provide", "furnish"), or in the sense that is common today ("process", "procedure").
 */
#include "text/synonyms/pairs.h"

/* "a=b" stands for both ways, "a>b" for the one in which b replaces a. */

static const char alike_nouns[] =
    "ability=capability absence=lack actor>performer adolescent=teenager airplane=plane "
    "assistance>help attempt=effort author=writer beginning>start bravery=courage "
    "buddy>friend catastrophe=disaster colleague=coworker component>element concept=idea "
    "concept=notion corporation>company country=nation craftsmanship=workmanship "
    "dad>father danger=peril defect=flaw delight=joy depiction=portrayal destiny>fate "
    "difficulty>problem disappointment=letdown emotion>feeling ending>conclusion "
    "enemy=foe enigma>mystery enjoyment>pleasure error=mistake evidence=proof "
    "explosion>blast filmmaker>director filmmaking=moviemaking firm>company flick>movie "
    "fragrance=scent freedom=liberty fury=rage garbage=trash handbag>purse hazard>danger "
    "idea=notion illness=sickness inquiry=investigation instance>example insurgent>rebel "
    "involvement=participation journey=trip junk>garbage kid>child kid>youngster "
    "labyrinth=maze lawsuit>suit limitation=restriction luggage>baggage mom>mother "
    "motto=slogan narrative>story objective>goal outcome=result pal>friend "
    "perspective=viewpoint physician>doctor plight>predicament prejudice>bias "
    "probe>investigation residence>home rubbish>garbage sadness=sorrow screenplay>script "
    "spectator=viewer storyline>plot stupidity>foolishness sunlight=sunshine tale>story "
    "tempo>pace triumph=victory undertaking>project universe>cosmos voyage>journey";
static const char alike_verbs[] =
    "achieve=attain acknowledge=admit allow=permit alter>change amaze=astonish "
    "annoy=irritate anticipate>expect assemble>gather begin=start captivate=enchant "
    "collect=gather commence>begin complete>finish comprehend>understand construct>build "
    "declare>announce depart>leave depict=portray deserve=merit detest=hate "
    "disappear=vanish disclose>reveal disregard=ignore emphasize=stress ensure=guarantee "
    "exaggerate=overstate examine>study frighten=scare hurl>throw imitate>copy "
    "inspect>examine murder>kill obtain>acquire perish>die probe>investigate "
    "recall=remember rescue>save scrutinize>examine shout=yell slay>kill sob>cry "
    "talk>speak terminate>end toss>throw utilize>employ wed>marry weep>cry";
static const char alike_adjectives[] =
    "absorbing=engrossing absurd=ridiculous adorable>endearing agreeable=pleasant "
    "amazing=astonishing amusing=funny annoying=irritating appealing=attractive "
    "astute=shrewd authentic=genuine awful=terrible baffling=puzzling beautiful=lovely "
    "believable=credible bizarre=weird bleak=dreary bleak=gloomy bold=daring boring=dull "
    "boring=tedious brave=courageous breathtaking=stunning captivating=enthralling "
    "catastrophic>disastrous charming=delightful clever=smart clumsy>awkward "
    "comical>funny complex=complicated contemporary=modern creepy=eerie crucial=vital "
    "crude=vulgar disturbing=unsettling dreadful>awful dumb=stupid earnest>sincere "
    "enigmatic>mysterious enjoyable=entertaining enormous=huge excellent=superb "
    "exciting=thrilling extraordinary=remarkable fake=phony famous=renowned "
    "fantastic=terrific farcical>ludicrous fascinating=intriguing feeble>weak "
    "flawed>imperfect flawless>perfect foolish=silly frightening=scary gifted=talented "
    "gigantic>huge gorgeous>beautiful grim>bleak gripping=riveting gruesome>grisly "
    "hackneyed=trite harsh=severe heartfelt=sincere horrendous>horrible horrible=terrible "
    "humorous>funny idiotic>stupid imaginative=inventive immature>childish "
    "important=significant improbable=unlikely inane>silly incompetent=inept "
    "inconceivable=unimaginable incredible=unbelievable ingenious>clever insane>crazy "
    "insightful=perceptive insipid>bland inspirational>inspiring inspiring=uplifting "
    "intelligent=smart juvenile>childish lively=spirited loud=noisy lovable>endearing "
    "ludicrous>ridiculous marvelous=wonderful moronic>stupid moving=touching "
    "muddled>confused needless=unnecessary obvious>evident odd=strange peculiar>odd "
    "pleasurable>enjoyable poignant>touching pointless>meaningless potent>powerful "
    "preposterous>absurd profound>deep quirky>offbeat rapid>quick repetitious>repetitive "
    "revolting>disgusting shallow=superficial shameful>disgraceful sluggish>slow "
    "somber>gloomy strange=weird sumptuous>lavish surprising=unexpected tedious=tiresome "
    "uncommon=unusual unforgettable>memorable unpleasant>disagreeable wealthy>rich";
static const char alike_adverbs[] =
    "abruptly=suddenly almost>nearly apparently=seemingly certainly=definitely "
    "clearly=plainly completely=entirely consequently=therefore constantly=continually "
    "currently=presently deeply=profoundly deliberately=intentionally "
    "exceedingly>extremely extraordinarily=remarkably formerly>previously "
    "fortunately=luckily frequently=often furthermore=moreover genuinely=truly "
    "hastily=hurriedly immensely>enormously incredibly=unbelievably initially=originally "
    "largely=mostly marvelously=wonderfully maybe=perhaps nevertheless=nonetheless "
    "normally=usually occasionally=sometimes quickly=rapidly quietly=softly really>truly "
    "regrettably>unfortunately sadly=unfortunately stunningly>strikingly "
    "surprisingly=unexpectedly swiftly>quickly thankfully>fortunately "
    "thoroughly>completely";

static const char apart_nouns[] =
    "accountant=controller admirer=supporter ado=flurry adventure>escapade agency>bureau "
    "aggregation=collection ailment=complaint animal=creature animal>beast "
    "artistry>prowess banality>cliche bar>saloon beast=creature belly>abdomen "
    "bouquet>corsage career=vocation chance>opportunity characterization>delineation "
    "comedian=comic commission=committee concept=conception consequence=effect "
    "consequence=result contrivance=gadget cowboy>cowpuncher dad>daddy dad>papa dad>pop "
    "daddy>papa damage>impairment dealer=trader deficiency=lack district=territory "
    "effect=result excess=surplus exercise=workout factory>mill feature>characteristic "
    "gag>jest government>authorities heaven=paradise holding>retention hype>ballyhoo "
    "idea=thought individual>people individual>person individualism=individuality "
    "integrity=unity intention=purpose investigator=researcher joke>jest "
    "juncture=occasion junk>debris junk>rubble legacy>bequest lobby>vestibule "
    "locality=neighborhood lunch>luncheon majority>bulk marketer>vendor "
    "mediator>intermediary minister>pastor mom>ma mystery>enigma neighborhood>vicinity "
    "obligation=responsibility panic=terror parallel>analogue penalty=punishment "
    "percentage>percent plan=program plenty>plenitude precedence=priority "
    "procedure=process profit>earnings profit>profits range>scope rescue>deliverance "
    "resident>occupant responsibility>duty revenge>retaliation revenue>receipts "
    "salary>remuneration satire>sarcasm schedule>agenda scheme=strategy scoundrel=villain "
    "showtime>outset snake>serpent speed=velocity student>pupil talent>endowment "
    "teacher>instructor technology>engineering threat>menace toilet>lavatory "
    "tragedy>catastrophe voter>elector war>warfare workforce>manpower workforce>men";
static const char apart_verbs[] =
    "accomplish>fulfill advocate=recommend affirm=confirm allocate=apportion answer>reply "
    "approve=sanction build>construct concern>pertain confirm>corroborate conquer>inhibit "
    "defy>withstand detect=notice dismiss>discount doom>destine encourage=promote "
    "exceed=transcend frustrate=thwart help>aid help>assist highlight>spotlight "
    "insult>affront motivate=prompt postpone>shelve prevent>forestall print=publish "
    "provide>furnish quit>cease recall>recollect recreate>vivify regain=retrieve "
    "request>petition respect>esteem respond>react reveal>uncover rush>race scream>yell "
    "secure>procure shun>eschew strengthen>fortify trigger>actuate";
static const char apart_adjectives[] =
    "beloved>dear big>large brooding>reflective brutal=cruel carnal=sensual central>key "
    "cheap=inexpensive cheesy>crummy compelling>obliging complex>composite cruel>savage "
    "delicious=delightful disappointed=frustrated excruciating>torturing extra=redundant "
    "financial=fiscal glaring>blazing gritty>granular horrible>frightful "
    "horrible>horrifying huge>vast incisive>keen individual>single infected>septic "
    "inherent>integral instant>instantaneous invaluable=priceless key>cardinal "
    "lengthy>prolonged mass>aggregate minimal=minimum nifty>bully outrageous>hideous "
    "philosophical>philosophic powerful>potent precious>cherished religious=spiritual "
    "resonant>resounding spectacular>striking teen>teenage terrible>frightening "
    "total>entire underdeveloped>developing urgent>pressing weird>uncanny "
    "wonderful>wondrous worth>deserving";
static const char apart_adverbs[] =
    "absolutely=perfectly absolutely>utterly aggressively>sharply awfully>awful "
    "badly>severely commonly=normally consistently>systematically definitely>emphatically "
    "exquisitely>delicately fairly>moderately frankly=honestly nearly>almost "
    "newly>freshly obviously>evidently outside>outdoors passably>moderately "
    "perfectly=utterly really>genuinely recently>lately seriously>earnestly "
    "strictly>purely superbly>wondrously terribly>awful unfortunately>unluckily "
    "usually>commonly usually>ordinarily wonderfully>wondrously";

const TxtPairTexts txt_pairs_english[TXT_N_POS] = {
    [TXT_POS_NOUN] = {alike_nouns, apart_nouns},
    [TXT_POS_VERB] = {alike_verbs, apart_verbs},
    [TXT_POS_ADJECTIVE] = {alike_adjectives, apart_adjectives},
    [TXT_POS_ADVERB] = {alike_adverbs, apart_adverbs},
};
