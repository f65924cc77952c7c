//! The words of invented lives: what can be so, how it is told, and how it is asked for.

/// Something that can be so, of oneself or of somebody.
pub(super) struct Field {
    /// What it is.
    pub(super) what: &'static str,
    /// What it can be.
    pub(super) values: &'static [&'static str],
    /// How it is told; `{v}` stands for what it is, `{w}` for whom.
    pub(super) told: &'static [&'static str],
    /// How it is asked for.
    pub(super) asked: &'static [&'static str],
    /// How it is asked for when it was before.
    pub(super) before: &'static [&'static str],
    /// Whether it may change.
    pub(super) changes: bool,
    /// Whether it is a preference.
    pub(super) preference: bool,
}

/// Other words for a field.
pub(super) struct Wording {
    /// What it is.
    pub(super) what: &'static str,
    /// How it is told.
    pub(super) told: &'static [&'static str],
    /// How it is asked for.
    pub(super) asked: &'static [&'static str],
}

const PLAIN: Field = Field {
    what: "",
    values: &[],
    told: &[],
    asked: &[],
    before: &[],
    changes: false,
    preference: false,
};

/// What people tell of themselves.
pub(super) const OF_SELF: &[Field] = &[
    Field {
        what: "home",
        values: &["Lisbon", "Bergen", "Graz", "Porto", "Gdansk", "Malmo"],
        told: &[
            "I live in {v}.",
            "I've just moved to {v}.",
            "By the way, I live in {v} now.",
        ],
        asked: &[
            "Where do I live?",
            "Which city am I in?",
            "What town is my home in?",
        ],
        before: &["Where did I live before?"],
        changes: true,
        ..PLAIN
    },
    Field {
        what: "job",
        values: &[
            "nurse",
            "carpenter",
            "translator",
            "geologist",
            "baker",
            "surveyor",
        ],
        told: &[
            "I work as a {v}.",
            "I'm a {v}.",
            "I started working as a {v}.",
        ],
        asked: &[
            "What is my job?",
            "What do I do for a living?",
            "What's my profession?",
        ],
        before: &["What was my previous job?"],
        changes: true,
        ..PLAIN
    },
    Field {
        what: "employer",
        values: &["Cesser", "Northwind", "Veltra", "Ostara", "Brightloom"],
        told: &["I work at {v}.", "I work for {v} now."],
        asked: &["Which company do I work for?", "Who is my employer?"],
        before: &["Which company did I work for before?"],
        changes: true,
        ..PLAIN
    },
    Field {
        what: "name",
        values: &["Dana", "Milo", "Ingrid", "Teo", "Salma", "Ravi"],
        told: &["My name is {v}.", "Hi, I'm {v}.", "Please call me {v}."],
        asked: &["What is my name?", "Do you remember what I'm called?"],
        ..PLAIN
    },
    Field {
        what: "age",
        values: &["27", "34", "41", "58", "63"],
        told: &["I'm {v} years old.", "I am {v} years old."],
        asked: &["How old am I?", "What's my age?"],
        ..PLAIN
    },
    Field {
        what: "birthday",
        values: &["in May", "in August", "on 3 October", "in February"],
        told: &["My birthday is {v}."],
        asked: &["When is my birthday?", "In which month was I born?"],
        ..PLAIN
    },
    Field {
        what: "origin",
        values: &["Oaxaca", "Tartu", "Cork", "Kandy"],
        told: &[
            "I grew up in {v}.",
            "I'm from {v} originally.",
            "I come from {v}.",
        ],
        asked: &["Where did I grow up?", "Which place do I come from?"],
        ..PLAIN
    },
    Field {
        what: "color",
        values: &["teal", "ochre", "crimson", "violet"],
        told: &["My favorite color is {v}.", "My favourite colour is {v}."],
        asked: &["What is my favorite color?", "Which colour do I like best?"],
        before: &["What was my favorite color before?"],
        changes: true,
        ..PLAIN
    },
    Field {
        what: "food",
        values: &["ramen", "moussaka", "pierogi", "tacos", "risotto"],
        told: &["My favorite food is {v}.", "My favorite dish is {v}."],
        asked: &[
            "What is my favorite food?",
            "Suggest something for dinner that I would love.",
            "Which meal do I like most?",
        ],
        preference: true,
        ..PLAIN
    },
    Field {
        what: "season",
        values: &["autumn", "winter", "spring"],
        told: &["My favorite season is {v}."],
        asked: &[
            "What is my favorite season?",
            "Which time of the year do I like best? I mean the season.",
        ],
        ..PLAIN
    },
    Field {
        what: "music",
        values: &["jazz", "bluegrass", "techno", "fado"],
        told: &[
            "I love {v} music.",
            "I like {v} music a lot.",
            "I mostly listen to {v} music.",
        ],
        asked: &[
            "What kind of music do I like?",
            "Recommend me some music for tonight.",
        ],
        preference: true,
        ..PLAIN
    },
    Field {
        what: "author",
        values: &["Le Guin", "Saramago", "Austen", "Lem"],
        told: &["My favorite author is {v}.", "My favorite writer is {v}."],
        asked: &[
            "Who is my favorite author?",
            "Which writer do I like to read?",
        ],
        preference: true,
        ..PLAIN
    },
    Field {
        what: "film",
        values: &["Stalker", "Amelie", "Alien", "Playtime"],
        told: &["My favorite movie is {v}.", "My favorite film is {v}."],
        asked: &["What is my favorite movie?", "Which film do I like most?"],
        preference: true,
        ..PLAIN
    },
    Field {
        what: "hobby",
        values: &[
            "birdwatching",
            "pottery",
            "bouldering",
            "woodcarving",
            "fencing",
        ],
        told: &["My hobby is {v}.", "I enjoy {v} on weekends."],
        asked: &[
            "What is my hobby?",
            "What do I like to do in my free time?",
            "What do I do for fun?",
        ],
        preference: true,
        ..PLAIN
    },
    Field {
        what: "instrument",
        values: &["cello", "banjo", "oboe", "accordion"],
        told: &[
            "I play the {v}.",
            "I've been learning the {v} for a year, and I play the {v} every day.",
        ],
        asked: &[
            "Which instrument do I play?",
            "What instrument am I playing?",
        ],
        ..PLAIN
    },
    Field {
        what: "language",
        values: &["Korean", "Welsh", "Portuguese", "Finnish"],
        told: &["I'm learning {v}.", "I am learning {v}."],
        asked: &["Which language am I learning?", "What language do I study?"],
        ..PLAIN
    },
    Field {
        what: "allergy",
        values: &["peanuts", "shellfish", "latex", "pollen"],
        told: &["I'm allergic to {v}.", "I am severely allergic to {v}."],
        asked: &["What am I allergic to?", "Do I have any allergies?"],
        ..PLAIN
    },
    Field {
        what: "dog",
        values: &["Biscuit", "Pepper", "Waffles", "Juniper"],
        told: &[
            "My dog is called {v}.",
            "I have a dog called {v}.",
            "My dog's name is {v}.",
        ],
        asked: &[
            "What is my dog called?",
            "What's the name of my dog?",
            "How is my pet called?",
        ],
        ..PLAIN
    },
    Field {
        what: "car",
        values: &["a red Fiat", "an old Volvo", "a green Mini"],
        told: &["My car is {v}.", "I drive {v}."],
        asked: &["What car do I drive?", "Which vehicle do I have?"],
        before: &["What car did I drive before?"],
        changes: true,
        ..PLAIN
    },
    Field {
        what: "school",
        values: &["chemistry", "philosophy", "archaeology", "economics"],
        told: &["I studied {v} at university.", "I graduated in {v}."],
        asked: &[
            "What did I study at university?",
            "In which subject is my degree?",
        ],
        ..PLAIN
    },
    Field {
        what: "plan",
        values: &[
            "run a marathon",
            "write a novel",
            "open a bakery",
            "climb Kilimanjaro",
        ],
        told: &["I want to {v}.", "I plan to {v}."],
        asked: &["What is my big goal?", "What do I plan to do one day?"],
        ..PLAIN
    },
    Field {
        what: "project",
        values: &["Vabo", "Lumen", "Quarry", "Tern"],
        told: &[
            "My project is called {v}.",
            "I named my project {v}, so my project is called {v}.",
        ],
        asked: &[
            "What is my project called?",
            "What's the name of the project I am building?",
        ],
        ..PLAIN
    },
    Field {
        what: "game",
        values: &["Catan", "Go", "Carcassonne", "Azul"],
        told: &["My favorite board game is {v}."],
        asked: &[
            "What is my favorite board game?",
            "Which board game do I like most?",
        ],
        preference: true,
        ..PLAIN
    },
    Field {
        what: "flower",
        values: &["peonies", "irises", "dahlias"],
        told: &["My favorite flower is {v}.", "My favorite flowers are {v}."],
        asked: &[
            "What are my favorite flowers?",
            "Which flowers should somebody bring me?",
        ],
        preference: true,
        ..PLAIN
    },
    Field {
        what: "drink",
        values: &["green tea", "black coffee", "ginger beer"],
        told: &[
            "My favorite drink is {v}.",
            "I always drink {v} in the morning, my favorite drink is {v}.",
        ],
        asked: &["What is my favorite drink?", "What would I like to drink?"],
        preference: true,
        ..PLAIN
    },
    Field {
        what: "team",
        values: &["Ajax", "Celtic", "Benfica"],
        told: &[
            "My favorite football team is {v}.",
            "My favorite team is {v}.",
        ],
        asked: &[
            "Which football team do I support?",
            "What's my favorite team?",
        ],
        ..PLAIN
    },
    Field {
        what: "diet",
        values: &["vegetarian", "vegan"],
        told: &["I'm {v}.", "I am {v}."],
        asked: &[
            "Am I on a special diet?",
            "Do I eat meat, or am I vegetarian?",
        ],
        ..PLAIN
    },
    Field {
        what: "fear",
        values: &["heights", "spiders", "thunder"],
        told: &["I'm afraid of {v}."],
        asked: &["What am I afraid of?", "What scares me?"],
        ..PLAIN
    },
];

/// What people tell of others.
pub(super) const OF_OTHERS: &[Field] = &[
    Field {
        what: "home",
        told: &["{w} lives in {v}."],
        asked: &["Where does {w} live?", "In which city does {w} live?"],
        ..PLAIN
    },
    Field {
        what: "job",
        told: &["{w} works as a {v}.", "{w} is a {v}."],
        asked: &["What does {w} do for a living?", "What is the job of {w}?"],
        ..PLAIN
    },
    Field {
        what: "hobby",
        told: &["{w} loves {v}.", "{w} likes {v}."],
        asked: &[
            "What does {w} like to do in the spare time?",
            "What does {w} do for fun?",
        ],
        ..PLAIN
    },
];

/// People whom one knows.
pub(super) const OTHERS: &[&str] = &[
    "sister",
    "brother",
    "cousin",
    "colleague",
    "neighbor",
    "boss",
    "aunt",
    "uncle",
];

pub(super) const NAMES: &[&str] = &[
    "Anna", "Boris", "Clara", "Dmitri", "Elif", "Farid", "Greta", "Hugo", "Irene", "Jonas",
    "Keiko", "Lars", "Marta", "Nils", "Olga", "Pavel", "Quentin", "Rosa", "Stefan", "Tamar",
    "Ulrike", "Viktor", "Wanda", "Yusuf", "Zelda",
];

pub(super) const CITIES: &[&str] = &[
    "Turin", "Leeds", "Bordeaux", "Krakow", "Oulu", "Split", "Ghent", "Basel", "Utrecht", "Aarhus",
    "Bilbao", "Dundee", "Lviv", "Patras", "Salzburg", "Tromso", "Verona", "Zagreb", "Nantes",
    "Riga", "Cadiz", "Brno", "Galway", "Varna",
];

pub(super) const JOBS: &[&str] = &[
    "plumber",
    "dentist",
    "librarian",
    "welder",
    "pilot",
    "florist",
    "beekeeper",
    "locksmith",
    "pharmacist",
    "tailor",
    "firefighter",
    "optician",
    "barber",
    "cartographer",
    "judge",
    "miner",
    "chef",
    "sculptor",
    "vet",
    "butcher",
];

pub(super) const HOBBIES: &[&str] = &[
    "sailing",
    "knitting",
    "archery",
    "origami",
    "surfing",
    "gardening",
    "astronomy",
    "juggling",
    "fishing",
    "calligraphy",
    "skating",
    "embroidery",
    "caving",
    "rowing",
    "falconry",
    "baking bread",
    "karate",
    "puzzles",
    "kayaking",
    "yoga",
];

pub(super) const THINGS: &[&str] = &[
    "printer",
    "kettle",
    "bookshelf",
    "camera",
    "ladder",
    "curtains",
    "toaster",
    "lamp",
    "suitcase",
    "carpet",
    "heater",
    "doorbell",
    "mirror",
    "clock",
    "fence",
    "router",
    "bench",
    "fridge",
    "oven",
    "gate",
];

/// Memories of other lives.
pub(super) const FILLERS: &[&str] = &[
    "The user's acquaintance {n} once repaired a {t} in {c}.",
    "{n} from {c} sold the user's old {t} for {#} euros.",
    "The user read an article about a {j} who took up {h}.",
    "The user's {t} number {#} was delivered from {c}.",
    "A {j} called {n} wrote to the user about a {t}.",
    "The user took {#} photos of a {t} near {c}.",
    "The club for {h} in {c} has {#} members.",
    "{n} asked the user to return the {t} by the {#}th.",
    "The user's ticket {#} to {c} was refunded.",
    "The {t} in room {#} belongs to {n}.",
];

/// What people say beside.
pub(super) const CHAT: &[&str] = &[
    "Thanks, that helps.",
    "Can you explain that again?",
    "What is the capital of Peru?",
    "I'm so tired today.",
    "Write a short poem about {c}.",
    "How do I sort a list in Python?",
    "If I lived in {c}, I would be happy.",
    "She said \"I live in {c}\" and left.",
    "Imagine my dog is called {n}.",
    "What is {#} plus 17?",
    "I like that.",
    "Good morning!",
    "Could you translate this into French?",
    "My computer is slow right now.",
    "I'm bored.",
    "Tell me a story about {n} from {c}.",
    "> I work as a pilot in {c}.",
    "Do you like music?",
    "I think you are right.",
    "Let's talk about something else.",
    "Is it going to rain in {c}?",
    "I had pizza today.",
    "ok",
    "Haha, that's funny!",
    "My head hurts.",
    "I need {#} more minutes.",
    "Pretend you are {n}, a pirate.",
    "I was thinking about your answer.",
    "Why is the sky blue?",
    "I wish I were in {c}.",
    "My code is broken again.",
    "Say it in {#} words.",
    "I'm sorry.",
    "Please fix this:\n```\nlet name = \"{n}\";\n```",
    "I would love to see {c} one day, maybe.",
    "No, that is wrong.",
    "I don't understand the second step.",
    "How many people live in {c}?",
    "I guess so.",
    "That was a long day.",
    "What do you think about {n}?",
    "I'm not sure.",
    "Give me {#} ideas for a gift.",
    "He said he works in {c}.",
    "I just wanted to say hello.",
    "Is {n} a common name?",
    "I feel better now.",
    "Continue.",
    "You told me that before.",
    "I am looking for a good book about {c}.",
    "My phone is at {#} percent.",
    "I have a question.",
    "I have to go now.",
];
