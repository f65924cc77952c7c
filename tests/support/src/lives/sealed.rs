//! The same lives asked after by a third author. Only the benchmark reads them: they were written
//! when the search was finished.

use super::said::Wording;

/// Other ways to tell and to ask, by what they are about.
pub(super) const OF_SELF: &[Wording] = &[
    Wording {
        what: "home",
        told: &[
            "I moved to {v} a while back and I'm still living here.",
            "I'm based in {v}, so keep that in mind when you suggest places.",
            "My apartment is in {v}, pretty close to the center.",
        ],
        asked: &[
            "Can you remind me what city I told you I live in?",
            "I want to look up the weather at home. Which city is that?",
            "I'm looking for a good dentist near me. Do you know where I live?",
        ],
    },
    Wording {
        what: "job",
        told: &[
            "I've been a {v} for about ten years.",
            "I earn my living as a {v}.",
            "For context, I'm a {v} by profession.",
        ],
        asked: &[
            "What kind of work do I do?",
            "I'm updating my CV. What job title should go at the top?",
            "Do you still know what my occupation is?",
        ],
    },
    Wording {
        what: "employer",
        told: &[
            "I've got a job at {v}.",
            "The company I work for is called {v}.",
            "I'm employed by {v}, been there a few years.",
        ],
        asked: &[
            "What's the name of the company where I work?",
            "I have to fill in my employer on this form. What do I write?",
            "Do you remember where I'm employed?",
        ],
    },
    Wording {
        what: "name",
        told: &[
            "Hello! My name's {v}, nice to meet you.",
            "Everybody calls me {v}.",
            "You can call me {v}, that's my first name.",
        ],
        asked: &[
            "Do you know my name?",
            "Write a short email for me and sign it with my first name.",
            "What did I say my name was?",
        ],
    },
    Wording {
        what: "age",
        told: &[
            "I just turned {v}.",
            "I'm {v}, in case my age matters for this.",
            "I turned {v} on my last birthday.",
        ],
        asked: &[
            "Do you remember how old I am?",
            "I need a workout plan for someone my age. What age did I give you?",
            "How many years old did I say I was?",
        ],
    },
    Wording {
        what: "birthday",
        told: &[
            "I was born {v}.",
            "My birthday's {v}, so there's always a party then.",
            "I celebrate my birthday {v}.",
        ],
        asked: &[
            "Do you remember when my birthday is?",
            "I want to plan my birthday party. What date or month is it again?",
            "When was I born?",
        ],
    },
    Wording {
        what: "origin",
        told: &[
            "I was born and raised in {v}.",
            "My hometown is {v}.",
            "I spent my whole childhood in {v}.",
        ],
        asked: &[
            "What's my hometown?",
            "Do you remember where I'm originally from?",
            "I'm writing a short bio about myself. What place did I grow up in?",
        ],
    },
    Wording {
        what: "color",
        told: &[
            "I really love {v}, it's my favorite color.",
            "If I get to pick a color, it's always {v}.",
            "Of all the colors, I like {v} best.",
        ],
        asked: &[
            "What's the color I like most?",
            "I'm repainting my bedroom in my favorite color. Which one was it?",
            "Do you remember my favorite color?",
        ],
    },
    Wording {
        what: "food",
        told: &[
            "I could eat {v} every single day, it's my favorite.",
            "Nothing beats {v} for me, that's the food I love most.",
            "I love {v} more than any other food.",
        ],
        asked: &[
            "What dish do I love the most?",
            "It's my birthday and I want to cook my favorite meal. What is it?",
            "Do you remember what I like to eat best?",
        ],
    },
    Wording {
        what: "season",
        told: &[
            "I like {v} best out of all the seasons.",
            "I love {v}, it's my favorite time of year.",
            "For me {v} is the best season.",
        ],
        asked: &[
            "Which season do I like the most?",
            "I want to book a trip in my favorite season. Which one is it?",
            "Do you remember what time of year I love?",
        ],
    },
    Wording {
        what: "music",
        told: &[
            "I'm a big fan of {v}, I listen to it all the time.",
            "When it comes to music, I'm really into {v}.",
            "My favorite kind of music is {v}.",
        ],
        asked: &[
            "What music genre am I into?",
            "Make me a playlist for the drive with the kind of music I like.",
            "Do you remember what I usually listen to?",
        ],
    },
    Wording {
        what: "author",
        told: &[
            "I love reading {v}, no other writer comes close for me.",
            "I've read almost every book by {v}, my favorite author.",
            "The author I like best is {v}.",
        ],
        asked: &[
            "Which author do I like best?",
            "I want something new to read by my favorite writer. Who was that again?",
            "Whose books do I love the most?",
        ],
    },
    Wording {
        what: "film",
        told: &[
            "The movie I love most is {v}.",
            "I've watched {v} at least ten times, it's my favorite film.",
            "If you ask me, {v} is the best movie ever made.",
        ],
        asked: &[
            "Which movie do I love the most?",
            "We're doing a movie night and I get to show my favorite. Which film is it?",
            "Do you remember what film I said was my favorite?",
        ],
    },
    Wording {
        what: "hobby",
        told: &[
            "In my spare time I do a lot of {v}.",
            "I'm really into {v}, it's how I spend most of my free time.",
            "I got hooked on {v} a few years ago and still do it every week.",
        ],
        asked: &[
            "What's the hobby I told you about?",
            "I have a free Saturday. What do I usually enjoy doing in my spare time?",
            "Which pastime am I into?",
        ],
    },
    Wording {
        what: "instrument",
        told: &[
            "I've played the {v} since I was a kid.",
            "I practice the {v} most evenings.",
            "I'm a musician, sort of, I play the {v} in a small band.",
        ],
        asked: &[
            "What musical instrument did I say I play?",
            "I'm looking for sheet music for my instrument. Which one is it again?",
            "Do you know what I play in my band?",
        ],
    },
    Wording {
        what: "language",
        told: &[
            "I've been taking {v} lessons since last year.",
            "I'm trying to learn {v} at the moment.",
            "I study {v} in the evenings, I'd like to speak it well.",
        ],
        asked: &[
            "What's the language I'm trying to learn?",
            "Can you give me some vocabulary to practice in the language I'm studying?",
            "Do you remember what language I'm taking lessons in?",
        ],
    },
    Wording {
        what: "allergy",
        told: &[
            "I have a bad allergy to {v}.",
            "Just so you know, I've got an allergy, I react badly to {v}.",
            "My doctor says I'm allergic to {v}.",
        ],
        asked: &[
            "What's my allergy?",
            "The form at the doctor's office asks about allergies. What should I put down?",
            "Do you remember what I react badly to?",
        ],
    },
    Wording {
        what: "dog",
        told: &[
            "I've got a dog, his name is {v}.",
            "We named our dog {v}.",
            "I have to take my dog {v} out for a walk every morning.",
        ],
        asked: &[
            "Do you remember my dog's name?",
            "I'm ordering a name tag for my dog. What should it say?",
            "What did we name our dog?",
        ],
    },
    Wording {
        what: "car",
        told: &[
            "I own {v}.",
            "I bought {v} and I drive it to work.",
            "The car I have is {v}.",
        ],
        asked: &[
            "What kind of car do I have?",
            "I need to get my car insured. Which car was it that I own?",
            "Do you remember what I drive?",
        ],
    },
    Wording {
        what: "school",
        told: &[
            "I have a degree in {v}.",
            "I majored in {v} in college.",
            "At university my subject was {v}.",
        ],
        asked: &[
            "What did I major in?",
            "I'm filling in the education part of my CV. What's my degree in?",
            "Do you remember what subject I took at university?",
        ],
    },
    Wording {
        what: "plan",
        told: &[
            "One day I'd really like to {v}.",
            "My big dream is to {v}.",
            "I've decided that I'm going to {v} in the next few years.",
        ],
        asked: &[
            "What's the dream I told you about?",
            "I'm writing down my goals for the next years. What's the big thing I want to do?",
            "Do you remember what I've decided to do someday?",
        ],
    },
    Wording {
        what: "project",
        told: &[
            "I'm working on a project called {v}.",
            "The project I'm building is named {v}.",
            "I started a side project, it's called {v}.",
        ],
        asked: &[
            "Do you remember the name of my project?",
            "I'm making a web page for my project. What's it called again?",
            "What name did I give the project I'm working on?",
        ],
    },
    Wording {
        what: "game",
        told: &[
            "I like {v} more than any other board game.",
            "We play {v} every game night because it's my favorite.",
            "The board game I love most is {v}.",
        ],
        asked: &[
            "Which board game do I love?",
            "Friends are coming over for game night. Which game is my favorite?",
            "Do you remember what board game I like best?",
        ],
    },
    Wording {
        what: "flower",
        told: &[
            "I love {v}, they're my favorite flowers.",
            "The flowers I like best are {v}.",
            "I always buy {v} because I like them more than any other flower.",
        ],
        asked: &[
            "What kind of flowers do I like best?",
            "I want to order a bouquet for myself with the flowers I love. Which ones are they?",
            "Do you remember my favorite flower?",
        ],
    },
    Wording {
        what: "drink",
        told: &[
            "I love {v}, it's what I drink most.",
            "Whenever I go out I order {v}, it's my favorite.",
            "The drink I like best is {v}.",
        ],
        asked: &[
            "What do I like to drink most?",
            "I'm at a café right now. What's my usual order?",
            "Do you remember which drink is my favorite?",
        ],
    },
    Wording {
        what: "team",
        told: &[
            "I'm a big {v} fan, I watch every match.",
            "I've supported {v} since I was little.",
            "In football I root for {v}.",
        ],
        asked: &[
            "What football club am I a fan of?",
            "I want to buy a jersey of my team. Which team was that?",
            "Do you remember who I root for in football?",
        ],
    },
    Wording {
        what: "diet",
        told: &[
            "I've been {v} for a few years now.",
            "I eat {v}, so please only give me recipes that fit.",
            "I went {v} a while ago and I'm sticking with it.",
        ],
        asked: &[
            "What kind of diet do I follow?",
            "I'm eating out tonight. What do I have to tell the waiter about how I eat?",
            "Do you remember if there's anything I don't eat?",
        ],
    },
    Wording {
        what: "fear",
        told: &[
            "I'm really scared of {v}.",
            "I've had a phobia of {v} since childhood.",
            "I get really anxious because of {v}, that's my biggest fear.",
        ],
        asked: &[
            "What's my biggest fear?",
            "I'd like some tips for dealing with my phobia. What is it that I'm scared of?",
            "Do you remember what I have a phobia of?",
        ],
    },
];

/// The same of others.
pub(super) const OF_OTHERS: &[Wording] = &[
    Wording {
        what: "home",
        told: &[
            "{w} moved to {v} a few years ago and still lives there.",
            "I'm going to visit {w}, who lives in {v}.",
            "{w} has an apartment in {v}.",
        ],
        asked: &[
            "Do you remember which city {w} lives in?",
            "I want to send a postcard to {w}. What city should I send it to?",
            "Where is the home of {w}?",
        ],
    },
    Wording {
        what: "job",
        told: &[
            "{w} is a professional {v}.",
            "{w} has worked as a full-time {v} for years.",
            "I was talking to {w}, who's a trained {v} and works as one.",
        ],
        asked: &[
            "What kind of work does {w} do?",
            "Do you remember the profession of {w}?",
            "I'm writing a speech about {w}. What job did I mention?",
        ],
    },
    Wording {
        what: "hobby",
        told: &[
            "{w} is really into {v}.",
            "{w} got hooked on {v} and spends every weekend on it.",
            "The big hobby of {w} is {v}.",
        ],
        asked: &[
            "What's the hobby of {w}?",
            "I need a present for {w}. What hobby was it again?",
            "Do you remember what {w} is into outside of work?",
        ],
    },
];

/// What people say beside.
pub(super) const CHAT: &[&str] = &[
    "Ugh, I slept terribly last night.",
    "What would it be like to be a {c} taxi driver for a day?",
    "Can you make that a bit shorter?",
    "My neighbor just yelled \"I'm moving to {c}!\" through the window.",
    "I'm in a really good mood today.",
    "Let's say I'm a chef named {n}, how would I introduce myself?",
    "What's {#} percent of 250?",
    "Great, thank you so much!",
    "I'm stuck in traffic again.",
    "Are there any nice museums in {c}?",
    "Write a birthday card for {n}, something funny.",
    "The song goes \"my name is {n} and I come from {c}\", do you know it?",
    "I'm kind of hungry.",
    "Could you check the spelling in this sentence?",
    "Suppose I had {#} dogs, how much food would I need?",
    "Hmm, that's not quite what I meant.",
    "I just got back from the supermarket.",
    "How long is the flight from {c} to London?",
    "In my novel, {n} says: \"I work as a spy and I love it.\"",
    "Give me a fun fact, please.",
    "What if I quit everything and moved to {c}? Just kidding.",
    "I've got a bit of a cold this week.",
    "Remind me how to boil an egg, is it {#} minutes?",
    "Play along: you're a waiter in {c} and I'm your guest.",
    "I'm waiting for the bus and it's late.",
    "Who won the match last night?",
    "Can you list {#} words that rhyme with \"light\"?",
    "I feel a little nervous right now.",
    "Somebody named {n} called, but it was a wrong number.",
    "Okay, good night, talk to you tomorrow.",
];
