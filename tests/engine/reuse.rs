//! What was read once is not read again.

use std::path::Path;

use hearth_protocol::{GenerateRequest, LoadModel, Message, Purpose, Role, StateBudget, Usage};
use hearth_support::engine::{Engine, Heard, message, request};
use hearth_support::place;

fn order(slots: u32, folder: &Path, ram_bytes: u64) -> LoadModel {
    LoadModel {
        context: 512,
        slots,
        threads: 1,
        states: Some(StateBudget {
            ram_bytes,
            folder: folder.to_path_buf(),
            disk_bytes: 64 << 20,
        }),
        ..LoadModel::new(place::ember(), Purpose::Chat)
    }
}

const PLENTY: u64 = 64 << 20;

/// A conversation that has gone on for a while: about 150 tokens.
fn long_ago(topic: &str) -> Vec<Message> {
    let mut messages = vec![message(Role::System, "You are a friendly companion.")];
    for turn in 0..6 {
        messages.push(message(
            Role::User,
            &format!("Turn {turn} about {topic}: what is the capital of Peru?"),
        ));
        messages.push(message(Role::Assistant, "The capital of Peru is Lima."));
    }
    messages
}

fn turn(id: u64, mut messages: Vec<Message>, question: &str) -> GenerateRequest {
    messages.push(message(Role::User, question));
    GenerateRequest {
        messages,
        max_tokens: 40,
        ..request(id, "")
    }
}

fn usage(heard: &Heard) -> Usage {
    heard.end.as_ref().unwrap().usage
}

#[test]
fn conversations_that_were_pushed_out_of_their_slot_are_not_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut engine = Engine::with(order(1, folder.path(), PLENTY));
    let topics = ["owls", "foxes", "bears"];
    for (id, topic) in (1..).zip(topics) {
        let _ = engine.answered(turn(id, long_ago(topic), "And what is 3 + 4?"));
    }
    for (id, topic) in (11..).zip(topics) {
        let heard = engine.answered(turn(id, long_ago(topic), "And what is 3 + 4?"));
        let usage = usage(&heard);
        assert_eq!(
            usage.reused_tokens,
            usage.prompt_tokens - 1,
            "all but the token whose result is needed"
        );
    }
}

#[test]
fn after_a_restart_only_what_is_new_is_read_and_the_answer_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    // A memory budget of nothing sends every state to the disk.
    for ram in [PLENTY, 0] {
        let fresh = tempfile::tempdir().unwrap();
        let question = "What is the capital of Norway?";
        let expected = Engine::with(LoadModel {
            states: None,
            ..order(1, fresh.path(), 0)
        })
        .answered(turn(1, long_ago("owls"), question));
        let mut engine = Engine::with(order(2, folder.path(), ram));
        let first = engine.answered(turn(1, long_ago("owls"), "What is 3 + 4?"));
        let read = usage(&first);
        engine.unload();
        let mut engine = Engine::with(order(2, folder.path(), ram));
        let again = engine.answered(turn(2, long_ago("owls"), question));
        assert!(
            usage(&again).reused_tokens + 16 >= read.prompt_tokens,
            "{:?} after {read:?}",
            usage(&again)
        );
        assert_eq!(again.text, expected.text, "reuse changes no answer");
    }
}

#[test]
fn a_beginning_that_all_conversations_share_is_read_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut engine = Engine::with(order(4, folder.path(), PLENTY));
    let persona = "You are a friendly companion who likes owls. ".repeat(8);
    let start = |id, question: &str| turn(id, vec![message(Role::System, &persona)], question);
    let first = usage(&engine.answered(start(1, "What is the capital of Peru?")));
    assert_eq!(first.reused_tokens, 0);
    // While another one is still being answered, and after it.
    engine.request(GenerateRequest {
        max_tokens: 120,
        ..start(2, "Tell me a long story about an owl named Bibo.")
    });
    engine.request(start(3, "List three fruits."));
    for heard in engine.hear_out(&[2, 3]) {
        let usage = usage(&heard);
        assert!(
            usage.reused_tokens * 4 > usage.prompt_tokens * 3,
            "{usage:?}"
        );
    }
}

#[test]
fn a_damaged_state_is_removed_and_the_answer_comes_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let states = || -> Vec<_> {
        let files = std::fs::read_dir(folder.path()).unwrap();
        let paths = files.map(|file| file.unwrap().path());
        paths
            .filter(|path| path.extension().is_some_and(|ending| ending == "state"))
            .collect()
    };
    for damage in ["flip", "cut", "remove", "garbage index"] {
        let mut engine = Engine::with(order(1, folder.path(), PLENTY));
        let _ = engine.answered(turn(1, long_ago("owls"), "What is 3 + 4?"));
        engine.unload();
        let path = states().pop().expect("a state was saved");
        let mut bytes = std::fs::read(&path).unwrap();
        match damage {
            "flip" => {
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
                std::fs::write(&path, bytes).unwrap();
            }
            "cut" => std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap(),
            "remove" => std::fs::remove_file(&path).unwrap(),
            _ => std::fs::write(path.with_extension("index"), b"{\"version\":").unwrap(),
        }
        let mut engine = Engine::with(order(1, folder.path(), PLENTY));
        let heard = engine.answered(turn(2, long_ago("owls"), "What is the capital of Peru?"));
        assert_eq!(usage(&heard).reused_tokens, 0, "{damage}");
        assert!(heard.text.contains("Lima"), "{damage}: {}", heard.text);
        assert!(states().is_empty(), "{damage}: it was removed");
    }
}

#[test]
fn states_of_another_model_or_another_cache_type_are_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let mut engine = Engine::with(order(1, folder.path(), PLENTY));
    let _ = engine.answered(turn(1, long_ago("owls"), "What is 3 + 4?"));
    engine.unload();
    let mut engine = Engine::with(LoadModel {
        cache_type: hearth_protocol::CacheType::Q8_0,
        ..order(1, folder.path(), PLENTY)
    });
    let heard = engine.answered(turn(2, long_ago("owls"), "What is 3 + 4?"));
    assert_eq!(usage(&heard).reused_tokens, 0);
}

#[test]
fn the_disk_budget_holds_and_what_was_used_last_stays() {
    let folder = tempfile::tempdir().unwrap();
    let used = || -> u64 {
        let files = std::fs::read_dir(folder.path()).unwrap();
        files
            .map(|file| file.unwrap().metadata().unwrap().len())
            .sum()
    };
    let mut order = order(1, folder.path(), 0);
    let mut engine = Engine::with(order.clone());
    let _ = engine.answered(turn(1, long_ago("owls"), "What is 3 + 4?"));
    engine.unload();
    let one = used();
    if let Some(states) = &mut order.states {
        states.disk_bytes = one * 2 + one / 2;
    }
    for (id, topic) in (2..).zip(["foxes", "bears", "wolves", "storks"]) {
        let mut engine = Engine::with(order.clone());
        let _ = engine.answered(turn(id, long_ago(topic), "What is 3 + 4?"));
        engine.unload();
        assert!(used() <= one * 3, "{topic}: {} of {one} each", used());
    }
    let mut engine = Engine::with(order);
    let heard = engine.answered(turn(9, long_ago("storks"), "What is 3 + 4?"));
    assert!(usage(&heard).reused_tokens > 64, "the last one is there");
}
