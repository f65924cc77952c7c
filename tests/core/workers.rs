//! Workers that are killed, that hang, that cannot start.

use std::time::Duration;

use hearth_core::Code;
use hearth_core::engine::Limits;
use hearth_core::store::messages::MessageState;
use hearth_support::process::{becomes_true, children_of, kill, signal};

use crate::home::{Home, first_text, outcome};

const STORY: &str = "Tell me a long story about an owl named Bibo.";

#[test]
fn f10_a_worker_killed_in_the_middle_costs_one_answer() {
    // A process of its own, so that every worker in it belongs to this test.
    alone("F10", || async {
        let home = Home::new();
        for round in 0..100 {
            let mut follower = home.send(None, STORY).await.unwrap();
            let (conversation, _) = first_text(&mut follower).await;
            for id in children_of(std::process::id()) {
                kill(id);
            }
            match outcome(follower).await {
                Err(error) => {
                    assert_eq!(error.code, Code::EngineFailed, "round {round}");
                    let thread = home.hearth.store.thread(conversation).await.unwrap();
                    assert_eq!(thread[1].state, MessageState::Failed);
                    assert!(
                        !thread[1].text.is_empty(),
                        "round {round}: the text so far is kept"
                    );
                }
                // The answer was faster than the kill.
                Ok(answer) => assert_eq!(answer.state, MessageState::Complete),
            }
            let next = home
                .ask(Some(conversation), "What is the capital of Peru?")
                .await
                .unwrap();
            assert!(
                !next.answer.is_empty(),
                "round {round}: the next message works"
            );
        }
        drop(home);
        let gone = becomes_true(Duration::from_secs(2), || {
            children_of(std::process::id()).is_empty()
        });
        assert!(gone, "no worker is left");
    });
}

#[test]
fn f11_a_worker_that_hangs_is_ended_and_the_next_message_works() {
    alone("F11", || async {
        let limits = Limits {
            answer_stall: Duration::from_secs(4),
            ..Limits::default()
        };
        let home = Home::with(limits);
        home.ask(None, "Hello").await.unwrap();
        let mut follower = home.send(None, STORY).await.unwrap();
        let workers = children_of(std::process::id());
        first_text(&mut follower).await;
        for &id in &workers {
            signal(id, rustix::process::Signal::STOP);
        }
        if let Err(error) = outcome(follower).await {
            assert_eq!(error.code, Code::EngineStalled);
        }
        let next = home
            .ask(None, "What is the capital of Peru?")
            .await
            .unwrap();
        assert!(next.answer.contains("Lima"));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_model_is_refused_with_its_name_and_nothing_is_begun() {
    let home = Home::new();
    let models = home.folder.path().join("models");
    let ember = std::fs::read(hearth_support::place::ember()).unwrap();
    std::fs::write(models.join("cut.gguf"), &ember[..ember.len() / 2]).unwrap();
    for (name, code) in [
        ("cut", Code::ModelDamaged),
        ("nowhere", Code::ModelMissing),
        ("all-minilm-l6-v2-q8_0", Code::ModelUnsupported),
    ] {
        let overrides = hearth_core::chat::Overrides {
            model: Some(name.into()),
            ..hearth_core::chat::Overrides::default()
        };
        let send = hearth_core::chat::Send {
            text: "Hello".into(),
            overrides,
            ..hearth_core::chat::Send::default()
        };
        let refusal = home.hearth.chat.send(send).await.unwrap_err();
        assert_eq!(refusal.code, code, "{refusal}");
    }
    assert!(home.hearth.store.conversations().await.unwrap().is_empty());
}

/// Runs a test in a process of its own: this binary again, with the test's name to say which.
pub(crate) fn alone<F: Future<Output = ()>>(name: &str, body: impl FnOnce() -> F) {
    const INSIDE: &str = "HEARTH_TEST_ALONE";
    if std::env::var(INSIDE).as_deref() == Ok(name) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(body());
        return;
    }
    let test = std::thread::current().name().unwrap_or_default().to_owned();
    let status = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &test, "--nocapture", "--test-threads=1"])
        .env(INSIDE, name)
        .status()
        .unwrap();
    assert!(status.success(), "{name} failed in its own process");
}
