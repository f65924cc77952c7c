//! Models come into memory and leave it.

use std::fs::File;
use std::io::Write;
use std::time::Duration;

use hearth_core::Code;
use hearth_core::chat::{Overrides, Send, TurnEvent};
use hearth_core::engine::{EngineState, EngineStatus, Limits};
use hearth_support::forge::{Forge, text};
use hearth_support::process::{becomes_true, children_of, is_running, kill};
use hearth_support::random::Random;

use crate::home::{Home, first_text, outcome};
use crate::workers::alone;

const EMBER: &str = "ember-6m-q8_0";
const STORY: &str = "Tell me a long story about an owl named Bibo.";

fn shown(home: &Home) -> Vec<EngineStatus> {
    home.hearth.engines.watch().borrow().clone()
}

/// Waits until what is shown of the models is so.
async fn comes(home: &Home, holds: impl FnMut(&Vec<EngineStatus>) -> bool) {
    let mut states = home.hearth.engines.watch();
    let waiting = states.wait_for(holds);
    let come = tokio::time::timeout(Duration::from_secs(30), waiting).await;
    come.expect("it comes to that").expect("somebody reports");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_is_loaded_by_its_first_message_and_unloaded_on_demand() {
    let home = Home::new();
    assert!(shown(&home).is_empty(), "nothing is in memory at the start");
    home.ask(None, "Hello").await.unwrap();
    home.hearth.chat.finish_background().await;
    let [loaded] = shown(&home).try_into().unwrap();
    assert_eq!(loaded.state, EngineState::Ready);
    assert_eq!((loaded.model.as_str(), loaded.context), (EMBER, 512));
    assert_eq!((loaded.slots, loaded.busy, loaded.queued), (4, 0, 0));
    home.hearth.chat.finish_background().await;
    home.hearth.engines.unload(EMBER).await.unwrap();
    assert!(shown(&home).is_empty());
    let again = home.hearth.engines.unload(EMBER).await.unwrap_err();
    assert_eq!(again.code, Code::NotFound);
    home.hearth.engines.reload(EMBER).await.unwrap();
    assert_eq!(shown(&home).len(), 1);
}

#[test]
fn unloading_ends_the_process_while_it_answers_too() {
    alone("unloading", || async {
        let home = Home::new();
        let mut follower = home.send(None, STORY).await.unwrap();
        first_text(&mut follower).await;
        let workers = children_of(std::process::id());
        home.hearth.engines.unload(EMBER).await.unwrap();
        assert!(workers.into_iter().all(|id| !is_running(id)));
        // The answer was whole before, or has what had arrived.
        if let Err(error) = outcome(follower).await {
            assert_eq!(error.code, Code::Interrupted);
        }
        let next = home
            .ask(None, "What is the capital of Peru?")
            .await
            .unwrap();
        assert!(next.answer.contains("Lima"));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_rests_leaves_the_memory() {
    let home = Home::configured("idle_unload_seconds = 1\n");
    home.ask(None, "Hello").await.unwrap();
    assert_eq!(shown(&home).len(), 1);
    comes(&home, Vec::is_empty).await;
    let next = home
        .ask(None, "What is the capital of Peru?")
        .await
        .unwrap();
    assert!(next.answer.contains("Lima"), "it comes back by itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_models_that_the_settings_name_are_loaded_in_advance() {
    let home = Home::configured(&format!(
        "preload = [\"{EMBER}\", \"nowhere\"]\nwarm_up = true\n"
    ));
    home.hearth.engines.preload().await;
    let states = shown(&home);
    assert_eq!(states.len(), 1, "{states:?}");
    assert_eq!(states[0].state, EngineState::Ready);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_most_so_many_models_stay_and_the_one_that_rested_longest_goes() {
    let home = Home::configured("max_loaded = 2\n");
    let models = home.folder.path().join("models");
    for name in ["one", "two", "three"] {
        let copy = models.join(format!("{name}.gguf"));
        std::fs::copy(hearth_support::place::ember(), copy).unwrap();
    }
    for name in ["one", "two", "three"] {
        home.hearth.engines.load(name).await.unwrap();
    }
    let names: Vec<_> = shown(&home).into_iter().map(|one| one.model).collect();
    assert_eq!(names, ["two", "three"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_by_meaning_does_not_cost_the_one_model_that_may_stay() {
    let home = Home::configured("max_loaded = 1\n");
    home.hearth.engines.load(EMBER).await.unwrap();
    home.hearth
        .engines
        .embed(vec!["a dog".into()])
        .await
        .unwrap();
    let names: Vec<_> = shown(&home).into_iter().map(|one| one.model).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    let copy = home.folder.path().join("models").join("two.gguf");
    std::fs::copy(hearth_support::place::ember(), copy).unwrap();
    home.hearth.engines.load("two").await.unwrap();
    let states = shown(&home);
    assert_eq!(states.len(), 2, "{states:?}");
    assert!(states.iter().any(|one| one.model == "two"), "{states:?}");
    assert!(states.iter().all(|one| one.model != EMBER), "{states:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_requests_than_slots_wait_in_order_and_all_are_answered() {
    let home = Home::configured("slots = 2\n");
    let mut followers = Vec::new();
    for _ in 0..6 {
        followers.push(home.send(None, STORY).await.unwrap());
    }
    let mut waited = 0;
    for mut follower in followers {
        loop {
            let events = follower.next().await;
            let queued = |event: &TurnEvent| matches!(event, TurnEvent::Queued { .. });
            waited += usize::from(events.iter().any(queued));
            if let Some(end) = events.iter().find(|event| event.is_last()) {
                assert!(matches!(end, TurnEvent::Done(_)), "{end:?}");
                break;
            }
        }
    }
    assert!(waited >= 1, "somebody had to wait");
    home.hearth.chat.finish_background().await;
    let [state] = shown(&home).try_into().unwrap();
    assert_eq!((state.busy, state.queued), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn f07_an_architecture_that_the_engine_does_not_know_is_named() {
    let home = Home::new();
    let mut forge = Forge::default();
    forge.entries[0].2 = text("owl9000");
    forge.entries[1].0 = "owl9000.context_length".into();
    forge.entries[2].0 = "owl9000.block_count".into();
    std::fs::write(home.folder.path().join("models/new.gguf"), forge.bytes()).unwrap();
    let refusal = home.hearth.engines.load("new").await.unwrap_err();
    assert_eq!(refusal.code, Code::ModelDamaged);
    assert!(
        refusal.message.contains("“owl9000”") && refusal.message.contains("newer Hearth"),
        "{refusal}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn f09_a_model_larger_than_the_memory_is_refused_with_both_figures() {
    let home = Home::new();
    // A file of a million million bytes, none of which is on the disk.
    let huge = Forge::default().tensor(|tensor| tensor.shape = vec![1 << 19, 1 << 19]);
    let header = huge.bytes();
    let mut file = File::create(home.folder.path().join("models/huge.gguf")).unwrap();
    file.write_all(&header).unwrap();
    file.set_len(header.len() as u64 + (1 << 40)).unwrap();
    let refusal = home.hearth.engines.load("huge").await.unwrap_err();
    assert_eq!(refusal.code, Code::OutOfMemory, "{refusal}");
    assert!(refusal.message.contains("needs 1099."), "{refusal}");
    assert!(refusal.message.contains("free"), "{refusal}");
    let [state] = shown(&home).try_into().unwrap();
    assert!(
        matches!(state.state, EngineState::Failed { .. }),
        "the window shows why"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn f09_a_limit_on_the_memory_holds_for_all_models_together() {
    let home = Home::configured("memory_limit_mb = 50\n");
    std::fs::copy(
        hearth_support::place::ember(),
        home.folder.path().join("models/other.gguf"),
    )
    .unwrap();
    home.hearth.engines.load(EMBER).await.unwrap();
    let need = shown(&home)[0].bytes;
    assert!(need > 25e6 && need < 50e6, "{need}");
    home.hearth.engines.load("other").await.unwrap();
    let names: Vec<_> = shown(&home).into_iter().map(|one| one.model).collect();
    assert_eq!(names, ["other"], "the resting one made room");
}

#[test]
fn a_model_that_crashes_three_times_in_a_row_is_left_alone_until_loaded_by_hand() {
    alone("quarantine", || async {
        let home = Home::with(Limits {
            restart_pause: Duration::ZERO,
            ..Limits::default()
        });
        for _ in 0..3 {
            let mut follower = home.send(None, STORY).await.unwrap();
            first_text(&mut follower).await;
            for id in children_of(std::process::id()) {
                kill(id);
            }
            let broken = outcome(follower).await;
            assert!(broken.is_err(), "the answer was long enough to be hit");
        }
        let refusal = home.ask(None, "Hello").await.unwrap_err();
        assert_eq!(refusal.code, Code::ModelQuarantined, "{refusal}");
        assert!(children_of(std::process::id()).is_empty());
        home.hearth.engines.load(EMBER).await.unwrap();
        home.ask(None, "Hello").await.unwrap();
    });
}

#[test]
fn f13_a_model_file_that_is_cut_while_it_is_in_use_costs_its_worker_alone() {
    alone("F13", || async {
        let home = Home::new();
        let path = home.folder.path().join("models/mine.gguf");
        std::fs::copy(hearth_support::place::ember(), &path).unwrap();
        let send = || {
            home.hearth.chat.send(Send {
                text: "What is the capital of Peru?".into(),
                overrides: Overrides {
                    model: Some("mine".into()),
                    ..Overrides::default()
                },
                conversation: None,
                ..Send::default()
            })
        };
        outcome(send().await.unwrap()).await.unwrap();
        File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(4096)
            .unwrap();
        // The header is checked before a message is even saved.
        let refusal = send().await.unwrap_err();
        assert_eq!(refusal.code, Code::ModelDamaged, "{refusal}");
        std::fs::remove_file(&path).unwrap();
        assert_eq!(send().await.unwrap_err().code, Code::ModelMissing);
        std::fs::copy(hearth_support::place::ember(), &path).unwrap();
        // The worker that had the old file may break; the next one works.
        let first = outcome(send().await.unwrap()).await;
        let answer = match first {
            Ok(answer) => answer,
            Err(error) => {
                assert!(error.message.contains("changed on disk"), "{error}");
                outcome(send().await.unwrap()).await.unwrap()
            }
        };
        assert!(answer.answer.contains("Lima"));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_goes_on_after_a_restart_without_being_read_again() {
    let home = Home::new();
    let mut conversation = None;
    for question in [
        "My dog is called Rex.",
        "What is the capital of Peru?",
        "What is 3 + 4?",
    ] {
        let answer = home.ask(conversation, question).await.unwrap();
        conversation = Some(answer.conversation);
    }
    let last = home.ask(conversation, "List three fruits.").await.unwrap();
    home.hearth.close().await;
    let home = home.reopened();
    let next = home
        .ask(conversation, "What is the capital of Norway?")
        .await
        .unwrap();
    let before = last.measured.prompt_tokens;
    assert!(
        next.measured.reused_tokens >= before && before > 64,
        "{:?} after {:?}",
        next.measured,
        last.measured
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_embedding_model_loads_at_its_first_use_in_a_worker_of_its_own() {
    let home = Home::configured("idle_unload_seconds = 1\n");
    let texts: Vec<String> = (0..200)
        .map(|number| format!("Sentence number {number}"))
        .collect();
    let vectors = home.hearth.engines.embed(texts).await.unwrap();
    assert_eq!((vectors.len(), vectors[0].len()), (200, 384));
    comes(&home, Vec::is_empty).await;
}

#[test]
fn five_hundred_forged_models_never_take_the_program_down() {
    alone("forged", || async {
        let home = Home::with(Limits {
            restart_pause: Duration::ZERO,
            load_stall: Duration::from_secs(20),
            ..Limits::default()
        });
        let ember = std::fs::read(hearth_support::place::ember()).unwrap();
        let path = home.folder.path().join("models/forged.gguf");
        let mut random = Random::new(0x2545_F491_4F6C_DD1D);
        let mut below = |end: usize| random.below(u32::try_from(end).unwrap()) as usize;
        let mut refused = 0;
        for round in 0..500 {
            let mut bytes = ember.clone();
            let header = 90_000.min(bytes.len());
            for _ in 0..=below(4) {
                let place = 24 + below(header - 24);
                match below(4) {
                    0 => bytes[place] ^= 1 << below(8),
                    1 => bytes[place] = 0xFF,
                    2 => bytes[place..place + 8].fill(0),
                    _ => bytes[place..place + 4].copy_from_slice(&u32::MAX.to_le_bytes()),
                }
            }
            std::fs::write(&path, &bytes).unwrap();
            match home.hearth.engines.load("forged").await {
                Ok(()) => {
                    // It may answer nonsense, or break; nothing else breaks with it.
                    let _ = home.hearth.engines.unload("forged").await;
                }
                Err(error) => {
                    refused += 1;
                    assert_ne!(error.code, Code::Internal, "round {round}: {error}");
                }
            }
        }
        assert!(refused > 50, "the damage was felt: {refused}");
        let answer = home
            .ask(None, "What is the capital of Peru?")
            .await
            .unwrap();
        assert!(answer.answer.contains("Lima"));
        drop(home);
        assert!(becomes_true(Duration::from_secs(5), || {
            children_of(std::process::id()).is_empty()
        }));
    });
}
