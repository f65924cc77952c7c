//! The same lives in the freer words of another author.

use super::said::Wording;

/// Other ways to tell and to ask, by what they are about.
pub(super) const OF_SELF: &[Wording] = &[
    Wording {
        what: "home",
        told: &[
            "fyi I'm based in {v} these days",
            "so we finally got the keys, our new apartment is in {v}!",
            "My flat's in {v}, third floor, no elevator.",
            "btw {v} is home for me now, been unpacking boxes all week",
        ],
        asked: &[
            "if someone mails me a postcard, what city should they put on it?",
            "Remind me where I'm based?",
            "Where's my apartment again?",
            "I need a good bike shop close to home, which city would that be in?",
        ],
    },
    Wording {
        what: "job",
        told: &[
            "I make my living as a {v}, in case that matters",
            "so I switched careers, I'm employed as a {v} now and the hours are brutal",
            "Being a {v} pays my bills.",
            "I got hired as a {v}, contract's signed and everything",
        ],
        asked: &[
            "What kind of work am I in?",
            "how do I earn my money?",
            "What should I put under \"occupation\" on this form?",
            "if somebody at a party asks what I do, what's the answer?",
        ],
    },
    Wording {
        what: "employer",
        told: &[
            "fyi {v} is the company that pays my salary",
            "I'm on the payroll at {v} now, permanent contract and all",
            "so I signed with {v}, they're my new employer",
            "My office is over at {v}, I'm there five days a week.",
        ],
        asked: &[
            "Whose name is at the top of my payslip?",
            "what firm am I with?",
            "Who hired me?",
            "Where do I go to the office, like which company?",
        ],
    },
    Wording {
        what: "name",
        told: &[
            "everyone calls me {v}",
            "oh I never introduced myself, it's {v}",
            "{v} here, nice to meet you",
            "You can just go with {v}, that's what it says on my passport too.",
        ],
        asked: &[
            "Who am I?",
            "how should you address me?",
            "Sign this email for me with my first name please",
            "did I ever introduce myself? as who?",
        ],
    },
    Wording {
        what: "age",
        told: &[
            "I turned {v} last month, can you believe it",
            "fyi I'm {v}, so no more student discounts for me",
            "just hit {v} and my knees know it",
            "So I'm a {v} year old with two kids and zero free time.",
        ],
        asked: &[
            "How many years have I been on this planet?",
            "the form wants my age in years, what do I enter?",
            "how many candles went on my last cake?",
            "What year must I have been born in, roughly, going by how old I am?",
        ],
    },
    Wording {
        what: "birthday",
        told: &[
            "I was born {v}",
            "my bday is {v} btw, no presents please",
            "So every year {v} I get a cake and pretend to be surprised, it's my birthday after all",
            "I turn a year older {v}, just so you know",
        ],
        asked: &[
            "when do people have to congratulate me?",
            "What's my date of birth, or at least the month?",
            "When's my bday?",
            "what time of year do I get birthday cake?",
        ],
    },
    Wording {
        what: "origin",
        told: &[
            "{v} is where I was raised",
            "I spent my whole childhood in {v}",
            "fun fact, my hometown is {v}",
            "born and bred in {v}, still have the accent and everything",
        ],
        asked: &[
            "What's my hometown?",
            "where was I as a kid?",
            "Where are my roots?",
            "people keep asking about my accent, where's it from?",
        ],
    },
    Wording {
        what: "color",
        told: &[
            "I like {v} more than any other color",
            "if it comes in {v} I'm buying it, best color there is",
            "So {v} is totally my color now, half my closet is {v}",
            "fyi when it comes to colours I'd pick {v} every time",
        ],
        asked: &[
            "what shade would I paint my room?",
            "I'm ordering a new sweater, which color would make me happiest?",
            "what's my go-to colour?",
            "Pick a theme color for my slides that's really me",
        ],
    },
    Wording {
        what: "food",
        told: &[
            "I could eat {v} every single day",
            "nothing makes me happier than a big plate of {v}, I'd choose it over anything",
            "So my comfort food is {v}, always has been",
            "I'm crazy about {v}, it's the one thing I'd order for my last meal",
        ],
        asked: &[
            "What should I cook tonight to treat myself?",
            "what would I order if I could have anything on the menu?",
            "My friends want to surprise me with a home-cooked meal, what should they make?",
            "what's my comfort food?",
        ],
    },
    Wording {
        what: "season",
        told: &[
            "I wait all year for {v}, it's when I'm happiest",
            "{v} is the best part of the year for me hands down",
            "So I'm definitely the {v} type, the other three I just put up with",
            "I wish it were {v} all year round, no other season comes close",
        ],
        asked: &[
            "what part of the year am I happiest in?",
            "Summer, autumn, winter, spring: which one's mine?",
            "when should I take my long vacation, going by the season I enjoy most?",
            "what season do I look forward to?",
        ],
    },
    Wording {
        what: "music",
        told: &[
            "I've got {v} on in my headphones pretty much all day",
            "honestly {v} is the only genre I keep coming back to",
            "My record collection is basically all {v}.",
            "big {v} fan here, I go to every concert I can get tickets for",
        ],
        asked: &[
            "make me a playlist I'd actually enjoy",
            "What genre am I into?",
            "which concert should I get tickets for, knowing my taste?",
            "What do I usually have on in my headphones?",
        ],
    },
    Wording {
        what: "author",
        told: &[
            "I've read everything {v} ever wrote, twice",
            "there's nobody I'd rather read than {v}",
            "So when it comes to books {v} is my absolute number one",
            "fyi I own every single {v} book, nobody writes better",
        ],
        asked: &[
            "Whose books do I have the most of?",
            "I need a novel for the flight, whose should I grab?",
            "who's my number one when it comes to books?",
            "What novelist am I a huge fan of?",
        ],
    },
    Wording {
        what: "film",
        told: &[
            "I've watched {v} at least ten times, best movie ever made imo",
            "{v} is my all-time number one at the movies, nothing tops it",
            "so if you ask me no film beats {v}",
            "I've got the {v} poster over my bed, I love that movie more than any other",
        ],
        asked: &[
            "what should I put on for movie night, something I never get sick of?",
            "What picture have I rewatched the most?",
            "which movie would I call the best ever?",
            "What's my all-time number one in cinema?",
        ],
    },
    Wording {
        what: "hobby",
        told: &[
            "I got into {v} a while back and now it's all I do after work",
            "so {v} is my thing, I'm at it every Saturday",
            "When I'm off work you'll find me doing {v}.",
            "I'm really into {v}, spend way too much money on gear for it",
        ],
        asked: &[
            "got a free Saturday coming up, what would I enjoy doing?",
            "How do I usually unwind after work?",
            "What pastime do I spend my money on?",
            "what am I really into outside of work?",
        ],
    },
    Wording {
        what: "instrument",
        told: &[
            "I've had {v} lessons since I was nine and still practice most evenings",
            "fyi I'm the one on {v} in our little band",
            "So I'm pretty decent on the {v}, I practice every night",
            "There's my {v} in the corner, I pick it up whenever I need a break.",
        ],
        asked: &[
            "What would I bring along to a jam session?",
            "what do I practice in the evenings that annoys everyone in the building?",
            "am I a musician? on what?",
            "What's my part in the band?",
        ],
    },
    Wording {
        what: "language",
        told: &[
            "I've been taking {v} classes since January",
            "so I'm trying to pick up {v}, the grammar is killing me",
            "My {v} is still pretty basic but I practice it every day with an app.",
            "I signed up for an evening course in {v} and I'm sticking with it",
        ],
        asked: &[
            "which vocabulary should you quiz me on?",
            "What's my evening course in?",
            "what tongue am I trying to pick up?",
            "I want to practice with a native speaker, of what?",
        ],
    },
    Wording {
        what: "allergy",
        told: &[
            "heads up, I break out in hives from {v}",
            "I have a bad allergy to {v}, so I have to be careful",
            "the doctor confirmed it, my immune system can't handle {v}",
            "So I react really badly to {v}, ended up in the ER once",
        ],
        asked: &[
            "What do I have to stay away from for health reasons?",
            "what gives me hives?",
            "The nurse wants to know about allergic reactions, what do I tell her?",
            "is there anything that could send me to the ER if I came near it?",
        ],
    },
    Wording {
        what: "dog",
        told: &[
            "so we adopted a puppy and named her {v}",
            "{v} is my dog, she sleeps on the sofa and snores",
            "I walk my dog {v} every morning at six",
            "Got a terrier at home, she answers to {v}. Mostly when there's food.",
        ],
        asked: &[
            "Who do I take for a walk every morning?",
            "what do I shout in the park when she runs off with somebody's ball?",
            "What name goes on the collar tag?",
            "what did I name my four-legged friend?",
        ],
    },
    Wording {
        what: "car",
        told: &[
            "I get around in {v}",
            "so I bought {v}, picked it up from the dealer already",
            "these days it's {v} that's sitting in my garage",
            "My commute is forty minutes in {v}, no radio.",
        ],
        asked: &[
            "What's sitting in my garage?",
            "the mechanic asks what I'm bringing in, what do I say?",
            "what am I behind the wheel of these days?",
            "Which make should I look up winter tires for?",
        ],
    },
    Wording {
        what: "school",
        told: &[
            "I majored in {v}",
            "my degree is in {v}, not that it ever got me anywhere",
            "So I did my bachelor's in {v} and still have the loans to show for it",
            "fyi back in college I was a student of {v}",
        ],
        asked: &[
            "What was my major?",
            "what does it say on my diploma?",
            "What did I spend my college years learning about?",
            "which field did I get my bachelor's in?",
        ],
    },
    Wording {
        what: "plan",
        told: &[
            "top of my bucket list: {v}",
            "someday I'm gonna {v}, I swear",
            "My dream is to {v} before I get too old for it.",
            "so I've made up my mind, I'm going to {v}, even if it takes me ten years",
        ],
        asked: &[
            "What's at the top of my bucket list?",
            "what's my big dream?",
            "What have I sworn I'd get done someday?",
            "I could use some motivation, what was I working towards again?",
        ],
    },
    Wording {
        what: "project",
        told: &[
            "so I'm building this thing on the side and it goes by {v}",
            "{v} is the thing I'm building on my own, about half done",
            "I work on {v} most nights, that's my little side project",
            "fyi I settled on {v} as the name for what I'm making",
        ],
        asked: &[
            "What name did I settle on for the thing I'm making?",
            "what do I tinker with most nights?",
            "I need a title for the repo of my side thing, what did I name it?",
            "what's that thing I'm building on the side?",
        ],
    },
    Wording {
        what: "game",
        told: &[
            "nothing beats {v} on game night for me",
            "I'll play {v} with anyone, anytime, best thing you can put on a table",
            "So when friends come over I always get {v} out, can't get enough of it",
            "I like {v} way better than any other tabletop game",
        ],
        asked: &[
            "what should we get out on game night to make me happy?",
            "What do I always want to play when friends come over?",
            "Which tabletop game can't I get enough of?",
            "It's raining and we're stuck inside with the games shelf, what would I pick?",
        ],
    },
    Wording {
        what: "flower",
        told: &[
            "I'm a sucker for {v}, always have a vase of them on the table",
            "if you ever send me a bouquet make it {v}",
            "My balcony is full of {v}, I like them better than any other flower.",
            "so {v} are the prettiest thing that grows, for me nothing comes close",
        ],
        asked: &[
            "what should go in a bouquet for me?",
            "Someone at the florist wants to know what I'd like, what do they get?",
            "what blooms would cheer me up?",
            "What would I plant on my balcony?",
        ],
    },
    Wording {
        what: "drink",
        told: &[
            "I basically run on {v}",
            "so I'll take {v} over anything else you could pour me",
            "my go-to at any café is {v}, and I never bring an umbrella anywhere",
            "There's always {v} next to my keyboard, couldn't do without it.",
        ],
        asked: &[
            "what can they pour me?",
            "Friend's at the counter, what should she get me?",
            "I'm thirsty, what would hit the spot?",
            "what's in the cup next to my keyboard?",
        ],
    },
    Wording {
        what: "team",
        told: &[
            "I've supported {v} since I was six",
            "so on match days I'm in my {v} scarf, don't even try to call me",
            "I root for {v}, win or lose",
            "fyi I've got a season ticket for {v} and a bad back from those seats",
        ],
        asked: &[
            "Who do I root for?",
            "whose scarf do I wear on match days?",
            "which club am I a fan of?",
            "What do I have a season ticket for?",
        ],
    },
    Wording {
        what: "diet",
        told: &[
            "just so you know I eat {v}",
            "I went {v} six years ago and never looked back",
            "So at home it's strictly {v} for me",
            "fyi I only cook {v}, please keep that in mind for recipes",
        ],
        asked: &[
            "The host wants to know about dietary needs, what do I tell them?",
            "is a steakhouse okay for me?",
            "what should I tick under meal preference for the flight?",
            "Are there things I don't eat on principle?",
        ],
    },
    Wording {
        what: "fear",
        told: &[
            "I've had a phobia of {v} since I was a kid",
            "I'm absolutely terrified of {v}, sweaty palms and all",
            "so I can't deal with {v}, I panic every single time",
            "Laugh all you want but I'm scared to death of {v}.",
        ],
        asked: &[
            "Do I have a phobia?",
            "what makes me panic?",
            "What would a therapist have to help me get over?",
            "what gives me sweaty palms?",
        ],
    },
];

/// Other ways to tell and to ask of others.
pub(super) const OF_OTHERS: &[Wording] = &[
    Wording {
        what: "home",
        told: &[
            "{w} has a flat in {v}",
            "so {w} settled down in {v} ages ago and isn't coming back",
            "fyi {v} is home for {w}",
            "{w} bought a little house in {v}, garden and everything.",
        ],
        asked: &[
            "what town would I have to travel to if I wanted to drop in on {w}?",
            "Where did {w} settle down?",
            "I'm sending a parcel to {w}, which city goes on the label?",
            "whereabouts is {w} based?",
        ],
    },
    Wording {
        what: "job",
        told: &[
            "{w} makes good money as a professional {v}",
            "so {w} is a trained {v} and has been at it for fifteen years",
            "fyi {w} has a full-time job as the local {v}",
            "{w} got hired as the new {v} in town, and is doing great.",
        ],
        asked: &[
            "What line of work is {w} in?",
            "how does {w} earn a living?",
            "what job title does {w} have?",
            "If {w} handed out business cards, what would be printed under the name?",
        ],
    },
    Wording {
        what: "hobby",
        told: &[
            "{w} is totally obsessed with {v}",
            "you can't get {w} to shut up about {v}, it's every weekend",
            "so {w} is big on {v}, has been for years",
            "{w} spends every free minute on {v}.",
        ],
        asked: &[
            "what is {w} into?",
            "I want to give {w} a present that fits their hobby, what is it?",
            "How does {w} spend a day off?",
            "what can't {w} shut up about?",
        ],
    },
];

/// Things people say in a chat that are no lasting fact about them.
pub(super) const CHAT: &[&str] = &[
    "ugh I'm in such a mood today",
    "kinda hungry, should I get up or not",
    "let's say I'm {#} years old and earn 40k, how much tax would I pay?",
    "if I were a dentist in {c} I'd be rich by now lol",
    "the first line of the novel is \"My name is {n} and I was born in {c}.\" thoughts?",
    "what would you be called if you had a dog's name? {n}?",
    "my train is {#} minutes late, again",
    "The guy next to me on the bus won't stop talking about {c}.",
    "you're a way better listener than most people",
    "do you ever get scared of anything?",
    "What's your favorite color, if you had one?",
    "so in this role play I'm a detective from {c} and you're {n}, my partner",
    "her exact words were \"I'm moving to {c} and I'm never coming back\"",
    "can you rewrite it so it sounds less angry?",
    "hmm that can't be right, check the numbers again",
    "I'm freezing, someone left the window open",
    "Translate to Spanish: I am a vegetarian and I am allergic to nuts.",
    "wouldn't it be funny if I just quit and became a beekeeper",
    "some days I almost want to move to {c}, then I remember the rent",
    "is {n} a boy's name or a girl's name where you come from?",
    "gimme {#} synonyms for happy",
    "I can't stop laughing at that last one",
    "What would a typical day look like for a pilot living in {c}?",
    "Cover letter for a made-up person please: {n}, nurse, {#}, from {c}.",
    "lol my coffee just went all over the desk",
    "Suppose I drive from {c} at {#} km/h, when do I meet the other car?",
    "the song goes \"I love my home, I love my town\" or something like that",
    "was {n} in that movie or am I mixing things up?",
    "so sleepy, could've used another hour in bed",
    "Pretend I hate jazz and try to convince me.",
    "never mind, found it",
    "somebody on the radio said they live with {#} cats in {c}, imagine",
    "don't say my name in every sentence please, it's weird",
    "I'd kill for a slice of cake right now",
    "who would win at chess, you or {n}?",
    "Make it shorter, {#} words tops, and drop the emoji.",
    "my stomach's been acting up since lunch",
    "a tourist just asked me if this is the way to {c}, no idea what to say",
    "Quiz question: \"I am a city on a river and I have {#} bridges.\" Is it {c}?",
    "wait, did you just make that up?",
];
