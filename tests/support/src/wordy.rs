//! Texts as people send them to models, with facts that must not be lost: conversations, JSON,
//! code and logs, in equal parts.

use crate::random::Random;

/// A text.
pub struct Wordy {
    /// What it is: `chat`, `json`, `code`, `log`.
    pub kind: &'static str,
    /// The text.
    pub text: String,
    /// What has to be in whatever becomes of it, word for word.
    pub facts: Vec<String>,
}

const NAMES: [&str; 8] = [
    "Maria", "Tobias", "Aiko", "Pierre", "Lucía", "Hannah", "Omar", "Ingrid",
];
const THINGS: [&str; 8] = [
    "lamp", "bicycle", "teapot", "violin", "ladder", "blanket", "printer", "kettle",
];
/// Sentences that say nothing which anything refers to.
const CHATTER: [&str; 10] = [
    "I hope you are having a really nice day so far.",
    "As you know, I have been thinking about this for quite some time now.",
    "It is always a bit of a hassle to get such things sorted out.",
    "Anyway, I just wanted to write it down in order to have it all in one place.",
    "Everybody has been very kind and patient with me.",
    "The whole thing took a lot longer than one would like.",
    "I would like you to please take your time with it.",
    "Somehow there is always something else that gets in the way of it.",
    "It should be noted that all of this is basically still at the beginning.",
    "There is really so much to think about when one does such things.",
];

/// Texts with four facts each, as many of each kind; the same for a seed.
#[must_use]
pub fn texts(seed: u64, of_each: u32) -> Vec<Wordy> {
    let mut random = Random::new(seed);
    let mut texts = Vec::new();
    for _ in 0..of_each {
        let facts: Vec<[String; 4]> = (0..4).map(|_| facts(&mut random)).collect();
        let [chat_facts, json_facts, code_facts, log_facts] = &facts[..] else {
            unreachable!("there are four")
        };
        texts.push(wordy("chat", chat(&mut random, chat_facts), chat_facts));
        texts.push(wordy("json", json(&mut random, json_facts), json_facts));
        texts.push(wordy("code", code(&mut random, code_facts), code_facts));
        texts.push(wordy("log", log(&mut random, log_facts), log_facts));
    }
    texts
}

fn wordy(kind: &'static str, text: String, facts: &[String]) -> Wordy {
    Wordy {
        kind,
        text,
        facts: facts.to_vec(),
    }
}

fn pick<'a>(random: &mut Random, from: &[&'a str]) -> &'a str {
    from[random.below(u32::try_from(from.len()).unwrap_or(1)) as usize]
}

fn facts(random: &mut Random) -> [String; 4] {
    [(); 4].map(|()| {
        let (name, thing) = (pick(random, &NAMES), pick(random, &THINGS));
        let (order, euros) = (random.below(90_000) + 10_000, random.below(900) + 10);
        format!("{name} paid {euros}.50 euros for {thing} number {order}")
    })
}

/// A message as people dictate it: friendly, with doubled blanks and empty lines, and with what it
/// answers quoted below.
fn chat(random: &mut Random, facts: &[String; 4]) -> String {
    let mut text = String::from("Hello  there!\n\n\n");
    for fact in facts {
        for _ in 0..3 {
            text.push_str(pick(random, &CHATTER));
            text.push_str(if random.below(3) == 0 { "  " } else { " " });
        }
        text.push_str(fact);
        text.push_str(".  \n\n\n");
    }
    text.push_str("Could you please  sum up who paid for what?\n\nKind regards\n");
    text
}

fn json(random: &mut Random, facts: &[String; 4]) -> String {
    let orders = facts.iter().map(|fact| {
        let (count, weight) = (random.below(50), random.below(1000));
        format!(
            "    {{\n      \"note\": \"{fact}\",\n      \"count\": {count},\n      \"weight\": {weight}.25,\n      \"tags\": [\n        \"new\",\n        \"paid\"\n      ],\n      \"customer\": null\n    }}"
        )
    });
    let orders = orders.collect::<Vec<_>>().join(",\n");
    format!(
        "Which order is the largest?\n\n{{\n  \"version\": 3,\n  \"orders\": [\n{orders}\n  ]\n}}"
    )
}

fn code(random: &mut Random, facts: &[String; 4]) -> String {
    let mut text = String::from("What is wrong with it?\n\n```python\nORDERS = [\n");
    for fact in facts {
        let count = random.below(100);
        text.push_str(&format!("    (\"{fact}\", {count}),\n"));
    }
    text.push_str("]\n\n\ndef total(orders):\n    whole = 0\n    for _, count in orders:\n        if count  >  0:\n            whole += count\n    return whole\n```\n");
    text
}

fn log(random: &mut Random, facts: &[String; 4]) -> String {
    let trace: String = (0..6)
        .map(|frame| {
            format!(
                "    at shop::orders::step_{frame} (src/orders.rs:{})\n",
                40 + frame
            )
        })
        .collect();
    let mut text = String::from("Why does it fail?\n\n");
    for fact in facts {
        let wait = "WARN  the connection to the store is slow, trying again\n";
        text.push_str(&wait.repeat(random.below(5) as usize + 1));
        text.push_str(&format!(
            "INFO  {fact}\nERROR the order was not saved\n{trace}"
        ));
    }
    text
}
