#include "exchange/demo.h"

const struct demo_name demo_girls[] = {
    {"Amelia", "WBRI"},   {"Aisha", "APKN"},   {"Zuzanna", "WOTH"}, {"Chidinma", "BAFR"},   {"Freya", "WBRI"},
    {"Ngọc Anh", "AOTH"}, {"Saoirse", "WIRI"}, {"Maryam", "ABAN"},  {"Élodie", "WOTH"},     {"Tia-Louise", "MWBC"},
    {"Jasmin", "AIND"},   {"Ruby", "WBRI"},    {"Selam", "BAFR"},   {"Katie Anne", "WBRI"}, {"Lowri", "WBRI"},
    {"Nasrin", "OOTH"},   {"Poppy", "WBRI"},   {"Shanice", "BCRB"}};
const struct demo_name demo_boys[] = {{"Oliver", "WBRI"}, {"Mohammed", "APKN"},  {"Jakub", "WOTH"}, {"Kwame", "BAFR"},
                                      {"Archie", "WBRI"}, {"Đức", "AOTH"},       {"Cian", "WIRI"},  {"Rahim", "OOTH"},
                                      {"Ștefan", "WOTH"}, {"Jayden", "MWBC"},    {"Arjun", "AIND"}, {"Alfie", "WBRI"},
                                      {"Yonas", "BAFR"},  {"Bobby Lee", "WROM"}, {"Tariq", "ABAN"}, {"Mateo", "MOTH"},
                                      {"Theo", "WBRI"},   {"Callum", "WBRI"}};
const struct demo_name demo_surnames[] = {
    {"O'Neill", ""},      {"Okonkwo", ""}, {"Khan", ""},          {"Smith", ""},          {"Nowak-Wiśniewska", ""},
    {"Begum", ""},        {"Nguyễn", ""},  {"D'Souza", ""},       {"Price", ""},          {"Featherstonehaugh", ""},
    {"Tekle", ""},        {"Patel", ""},   {"Brown", ""},         {"Ó Súilleabháin", ""}, {"Ahmadi", ""},
    {"Walker", ""},       {"Lee", ""},     {"Ionescu", ""},       {"Taylor-Reid", ""},    {"Campbell", ""},
    {"Van der Berg", ""}, {"Hughes", ""},  {"Mac an tSaoir", ""}, {"Green", ""}};
const size_t demo_n_girls = sizeof demo_girls / sizeof *demo_girls, demo_n_boys = sizeof demo_boys / sizeof *demo_boys,
             demo_n_surnames = sizeof demo_surnames / sizeof *demo_surnames;

const char *const demo_views[DEMO_TEXTS] = {
    "I like it when Miss tells me what is coming next. I do not like it when we have a supply teacher and nobody said.",
    "I want to stay in top set for maths. I would like to go to the coding club but it is on the day of my contact.",
    "School is OK. I have two good friends. I wish people would stop asking me why I live where I live.",
    "I am proud of my art. I get worried before tests and then I cannot remember anything.",
    "I would like to see my sister more. When I have seen her I can think about work again.",
    "Reading is still hard. The coloured paper helps. I like being read to at bedtime.",
    "I do not want to change school again, please.",
    "I want to be an electrician like my uncle. I want to know what I need to get on to the course."};
const char *const demo_strengths[DEMO_TEXTS] = {
    "Kind to younger pupils and trusted by them; runs the lunchtime board games table.",
    "A natural mathematician who explains ideas well to others.",
    "Strong sense of humour, loyal to friends, a confident goalkeeper.",
    "Careful, imaginative artist; work was shown at the town library in spring.",
    "Speaks three languages and helps new arrivals to settle.",
    "Persistent: practises until a thing works, particularly in technology.",
    "Sings in the choir and has begun the cornet.",
    "Reads widely about animals and remembers everything."};
const char *const demo_strategies[DEMO_TEXTS] = {
    "A quiet word at the door each morning; a seat near the exit; five-minute time-out card, used less each half term.",
    "Instructions one at a time and in writing; check in after the first sentence.",
    "Key adult for ten minutes before first lesson on Mondays and after contact.",
    "Praise in private. Consequences explained, never shouted.",
    "Pre-teaching of vocabulary on Fridays for the week after.",
    "Movement break between double lessons; fidget aid agreed with all staff.",
    "Visual timetable; warning of any change the day before.",
    "Homework club on Tuesday and Thursday with a laptop."};
const char *const demo_progress[DEMO_TEXTS] = {
    "Two sub-levels in reading since September; writing lags behind speech by about a year.",
    "On track in all subjects but science, where absence in the autumn left gaps.",
    "Mathematics at age-related expectation for the first time.",
    "Predicted grades 5 and 6; coursework up to date.",
    "Phonics check passed on second try.",
    "Attendance recovered to 94% after the change of placement.",
    "Working below expectation and closing the gap term by term.",
    "Exceeding expectation in reading; spelling needs daily practice."};
const char *const demo_carer[DEMO_TEXTS] = {
    "Comes home tired but tells us about the day now. Mornings are easier since breakfast club.",
    "Homework is still a battle on the days of contact; the other days it is done by six.",
    "Reads to the dog every night.",
    "Sleeps badly before tests. We would like to know the dates earlier.",
    "Loves the football team. Please do not take it away as a sanction.",
    "We ask school to ring us, not to text, when something has happened.",
    "Has settled well and has been to two birthday parties.",
    "Would like a quiet place to do homework in school; the house is full."};
const char *const demo_worker[DEMO_TEXTS] = {
    "No change of placement is planned. Contact with the family is fortnightly and goes well.",
    "Final hearing is listed for next term; school will be told the outcome by me within the week.",
    "Long-term match with the present carers was agreed at panel.",
    "The plan is to stay until eighteen; education is the steady part of life and must remain so.",
    "Move to a permanent family is being prepared; no change of school.",
    "A life-story worker begins in the spring.",
    "Health assessment is up to date; hearing test was clear.",
    "Sibling contact has been moved to Saturdays so that clubs are free."};
const char *const demo_ambitions[DEMO_TEXTS] = {"Vet",
                                                "Electrician",
                                                "Play for England",
                                                "Author of comics",
                                                "Nurse, or something with babies",
                                                "University, perhaps law",
                                                "A chef with my own place",
                                                "I do not know yet and that is fine"};

const struct demo_target demo_targets[] = {
    {"literacy", "Reads 62 words a minute", "Reads 80 words a minute of an unseen text at the right level",
     "Ten minutes of paired reading four times a week with the teaching assistant; carer reads three evenings",
     "Timed reading in the last week of term"},
    {"numeracy", "Knows the 2, 5 and 10 times tables", "Recalls all tables to 12 x 12 in mixed order",
     "Daily five minutes on the tables programme, weekly small group", "Score of 48 or more of 60"},
    {"social_emotional", "Leaves lessons three times a week",
     "Uses the agreed card instead of leaving, and comes back within five minutes",
     "Key adult session on Mondays; all staff briefed", "Log of the pastoral team"},
    {"attendance", "91% since September", "96% over the next term",
     "Transport agreed for the contact day; attendance call on first morning", "Register"},
    {"language", "Speaks in single words in class", "Gives two reasons for an answer in small group",
     "Language group twice a week; words sent home on Fridays", "Recording at start and end of term"},
    {"careers", "Has met no employer", "Has spent two days at work and written what was learned",
     "Placement with the council's electricians arranged by the virtual school", "Diary and employer's note"},
    {"transition", "Has not visited the new school", "Has visited three times and knows form tutor and canteen",
     "Visits on Thursday afternoons with the key adult", "Child's own list ticked"},
    {"enrichment", "Has no club", "Goes to one club each week for the whole term",
     "Cornet lessons from pupil premium plus; carer brings home late", "Club register"}};
const size_t demo_n_targets = sizeof demo_targets / sizeof *demo_targets;
