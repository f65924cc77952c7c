//! Answers that are given again: through the whole pipeline, on real files.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hearth_core::Hearth;
use hearth_core::cache::{Cache, Key};
use hearth_core::chat::{Overrides, Send};
use hearth_core::pipeline::coalesce::Coalesce;
use hearth_core::pipeline::queue::Queue;
use hearth_core::pipeline::reuse::Reusing;
use hearth_core::pipeline::{
    AnswerStream, Event, Finished, Generate, Priority, Request, Reuse, Terms,
};
use hearth_core::store::memories::MemoryFilter;
use hearth_core::store::responses::{CountName, Listing, Removal};
use hearth_protocol::{Finish, Format, Message, Mirostat, Role, Sampling, Usage};

use crate::home::{Home, outcome};

/// A layer that answers with the number of the call, and counts.
#[derive(Clone, Default)]
struct Counts {
    calls: Arc<AtomicUsize>,
    took: Duration,
    fails: bool,
    finish: Option<Finish>,
}

impl Generate for Counts {
    fn generate(&self, request: Request) -> AnswerStream {
        let number = self.calls.fetch_add(1, Ordering::SeqCst);
        let script = self.clone();
        AnswerStream::spawn(move |events| async move {
            for piece in ["an", "swer ", &number.to_string(), " 👩‍👩‍👧 終"] {
                if !events.send(Event::Text(piece.to_owned())).await {
                    return;
                }
                tokio::time::sleep(script.took / 4).await;
            }
            let end = if script.fails {
                Event::Failed(hearth_core::Error::new(
                    hearth_core::Code::EngineFailed,
                    request.model,
                ))
            } else {
                Event::Done(Finished {
                    finish: script.finish.unwrap_or(Finish::Stop),
                    usage: Usage {
                        answer_tokens: 7,
                        ..Usage::default()
                    },
                    first_token_ms: 0.0,
                    total_ms: 0.0,
                })
            };
            events.send(end).await;
        })
    }
}

fn request(question: &str) -> Request {
    Request {
        model: "m".into(),
        messages: vec![Message {
            role: Role::User,
            content: question.into(),
        }],
        sampling: Sampling::GREEDY,
        max_tokens: 100,
        maker: "a file".into(),
        terms: Terms {
            reuse: Reuse::Same,
            ..Terms::default()
        },
        ..Request::default()
    }
}

/// What came of a stream: its text, whether it is an earlier answer, and how it ended.
async fn heard(mut stream: AnswerStream) -> (String, bool, Option<Event>) {
    let (mut text, mut reused, mut end) = (String::new(), false, None);
    while let Some(event) = stream.next().await {
        match event {
            Event::Text(piece) => text.push_str(&piece),
            Event::Reused(_) => reused = true,
            Event::Done(_) | Event::Failed(_) => end = Some(event),
            _ => {}
        }
    }
    (text, reused, end)
}

#[tokio::test(flavor = "multi_thread")]
async fn e5_a_change_of_any_field_is_a_miss_and_the_same_request_a_hit() {
    let home = Home::new();
    let script = Counts::default();
    let layer = Reusing::new(script.clone(), home.hearth.cache.clone());
    let mut base = request("Where is the key?");
    base.sampling.temperature = 0.0;
    base.messages.insert(
        0,
        Message {
            role: Role::System,
            content: "Be kind.".into(),
        },
    );
    let first = heard(layer.generate(base.clone())).await;
    assert!(!first.1);
    let changes = changes();
    assert!(changes.len() >= 40, "{}", changes.len());
    let mut all: Vec<Request> = vec![base.clone()];
    for change in &changes {
        let mut other = base.clone();
        change(&mut other);
        let (text, reused, _) = heard(layer.generate(other.clone())).await;
        assert!(!reused, "{other:?}");
        assert_ne!(text, first.0);
        all.push(other);
    }
    let calls = script.calls.load(Ordering::SeqCst);
    for same in all {
        let may = same.sampling.temperature == 0.0;
        let (_, reused, _) = heard(layer.generate(same.clone())).await;
        assert_eq!(reused, may, "{same:?}");
    }
    let again = script.calls.load(Ordering::SeqCst) - calls;
    assert_eq!(again, 1, "only what is drawn by chance is made again");
}

type Change = Box<dyn Fn(&mut Request)>;

/// One change for each field that shapes an answer.
fn changes() -> Vec<Change> {
    fn boxed(change: impl Fn(&mut Request) + 'static) -> Change {
        Box::new(change)
    }
    let sampling = |change: fn(&mut Sampling)| boxed(move |one| change(&mut one.sampling));
    vec![
        boxed(|one| one.model.push('x')),
        boxed(|one| one.maker.push('x')),
        boxed(|one| one.max_tokens += 1),
        boxed(|one| one.stop.push("\n".into())),
        boxed(|one| one.stop = vec!["a".into(), "b".into()]),
        boxed(|one| one.stop = vec!["ab".into()]),
        boxed(|one| one.format = Format::Grammar("x".into())),
        boxed(|one| one.format = Format::JsonSchema("x".into())),
        boxed(|one| one.format = Format::JsonSchema("{}".into())),
        boxed(|one| one.messages[1].content.push(' ')),
        boxed(|one| one.messages[1].content = "where is the key?".into()),
        boxed(|one| one.messages[1].content = "Where is the kéy?".into()),
        boxed(|one| one.messages[1].role = Role::Assistant),
        boxed(|one| one.messages[0].content = "Be brief.".into()),
        boxed(|one| one.messages[0].role = Role::User),
        boxed(|one| drop(one.messages.remove(0))),
        boxed(|one| one.messages.swap(0, 1)),
        boxed(|one| {
            let last = one.messages[1].clone();
            one.messages.push(last);
        }),
        boxed(|one| {
            one.messages[0].content = "Be kind.Where".into();
            one.messages[1].content = " is the key?".into();
        }),
        sampling(|one| one.temperature = 0.7),
        sampling(|one| one.dynamic_range = 0.5),
        sampling(|one| one.dynamic_exponent += 1.0),
        sampling(|one| one.top_k += 1),
        sampling(|one| one.top_p /= 2.0),
        sampling(|one| one.min_p += 0.01),
        sampling(|one| one.typical_p /= 2.0),
        sampling(|one| one.repeat_penalty += 0.1),
        sampling(|one| one.presence_penalty += 0.1),
        sampling(|one| one.frequency_penalty += 0.1),
        sampling(|one| one.penalty_tokens += 1),
        sampling(|one| one.dry_multiplier += 0.1),
        sampling(|one| one.dry_base += 0.1),
        sampling(|one| one.dry_length += 1),
        sampling(|one| one.xtc_probability += 0.1),
        sampling(|one| one.xtc_threshold += 0.1),
        sampling(|one| one.mirostat = Mirostat::V1),
        sampling(|one| one.mirostat = Mirostat::V2),
        sampling(|one| one.mirostat_tau += 1.0),
        sampling(|one| one.mirostat_eta += 0.1),
        sampling(|one| one.logit_bias = vec![(1, 2.0)]),
        sampling(|one| one.logit_bias = vec![(2, 1.0)]),
        sampling(|one| one.logit_bias = vec![(1, 2.0), (2, 1.0)]),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn where_chance_plays_a_part_the_seed_counts_unless_it_was_drawn_for_this_answer() {
    let home = Home::new();
    let layer = Reusing::new(Counts::default(), home.hearth.cache.clone());
    let drawn = |seed: u32, drawn_seed: bool| {
        let mut one = request("Tell me of owls.");
        one.sampling.temperature = 0.8;
        one.sampling.seed = seed;
        one.terms.reuse = Reuse::SameDrawn;
        one.terms.drawn_seed = drawn_seed;
        one
    };
    assert!(!heard(layer.generate(drawn(1, false))).await.1);
    assert!(heard(layer.generate(drawn(1, false))).await.1);
    assert!(!heard(layer.generate(drawn(2, false))).await.1);
    assert!(!heard(layer.generate(drawn(3, true))).await.1);
    assert!(heard(layer.generate(drawn(4, true))).await.1);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_whole_answers_that_may_be_repeated_are_kept() {
    let home = Home::new();
    let cache = home.hearth.cache.clone();
    let asked_twice = async |script: Counts, one: Request| {
        let layer = Reusing::new(script, cache.clone());
        heard(layer.generate(one.clone())).await;
        heard(layer.generate(one)).await.1
    };
    let failing = Counts {
        fails: true,
        ..Counts::default()
    };
    assert!(!asked_twice(failing, request("It fails.")).await);
    for finish in [Finish::Length, Finish::Cancelled] {
        let script = Counts {
            finish: Some(finish),
            ..Counts::default()
        };
        assert!(!asked_twice(script, request("It is cut.")).await);
    }
    let mut never = request("Nobody is to know.");
    never.terms.reuse = Reuse::Never;
    assert!(!asked_twice(Counts::default(), never).await);
    for moment in ["What time is it?", "Wie wird das Wetter morgen?"] {
        assert!(!asked_twice(Counts::default(), request(moment)).await);
    }
    let slow = Counts {
        took: Duration::from_millis(400),
        ..Counts::default()
    };
    let layer = Reusing::new(slow, cache.clone());
    let mut left = layer.generate(request("Left half way."));
    assert!(left.next().await.is_some());
    drop(left);
    assert!(!heard(layer.generate(request("Left half way."))).await.1);
    assert!(asked_twice(Counts::default(), request("It is whole.")).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn e8_a_hit_is_the_same_answer_after_a_restart_and_answer_fresh_replaces_it() {
    let home = Home::new();
    let script = Counts::default();
    let layer = Reusing::new(script.clone(), home.hearth.cache.clone());
    let first = heard(layer.generate(request("Who are you?"))).await;
    home.hearth.cache.flush().await;
    let home = home.reopened();
    let layer = Reusing::new(script.clone(), home.hearth.cache.clone());
    let second = heard(layer.generate(request("Who are you?"))).await;
    assert!(second.1, "from the disk");
    assert_eq!((&first.0, &first.2), (&second.0, &second.2));
    let mut fresh = request("Who are you?");
    fresh.terms.fresh = true;
    let third = heard(layer.generate(fresh)).await;
    assert!(!third.1);
    assert_ne!(third.0, first.0);
    assert_eq!(
        heard(layer.generate(request("Who are you?"))).await.0,
        third.0
    );
    let statistics = home.hearth.cache.statistics().await.unwrap();
    let count = |name| statistics.count(name).count.to_string();
    assert_eq!(count(CountName::Disk), "1");
    assert_eq!(count(CountName::Memory), "1");
    assert_eq!(count(CountName::Missed), "1");
    assert_eq!(count(CountName::Kept), "2");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_removed_by_hand_with_a_count_also_for_another_process() {
    let home = Home::new();
    let cache = &home.hearth.cache;
    let layer = Reusing::new(Counts::default(), cache.clone());
    for (question, model, conversation) in [
        ("a?", "m", Some(1)),
        ("b?", "m", Some(2)),
        ("c?", "n", None),
    ] {
        let mut one = request(question);
        one.model = model.into();
        one.terms.conversation = conversation;
        one.terms.persona = conversation;
        heard(layer.generate(one)).await;
    }
    assert_eq!(cache.list(String::new(), 9).await.unwrap().len(), 3);
    let other = home.beside();
    let held = other
        .cache
        .find(&request("a?"), &Key::of(&request("a?")))
        .await;
    assert!(held.is_some(), "another process finds it");
    let remove = async |what| cache.remove(what).await.unwrap();
    assert_eq!(remove(Removal::Conversations(vec![2])).await, 1);
    assert_eq!(remove(Removal::Model("n".into())).await, 1);
    assert_eq!(remove(Removal::Persona(1)).await, 1);
    assert_eq!(remove(Removal::All).await, 0);
    assert!(!home.holds("a?"), "no byte of it is left");
    let deadline = std::time::Instant::now() + Duration::from_secs(10);
    while other
        .cache
        .find_in_memory(&Key::of(&request("a?")))
        .is_some()
    {
        assert!(
            std::time::Instant::now() < deadline,
            "the other process forgets it"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_memory_that_is_gone_takes_the_answers_that_used_it_along() {
    let home = Home::new();
    let memories = &home.hearth.memories;
    let dog = memories
        .add("The user's dog is called Biscuit.", None)
        .await
        .unwrap();
    let layer = Reusing::new(Counts::default(), home.hearth.cache.clone());
    let asked = |memory: u32| {
        let mut one = request(&format!("What about {memory}?"));
        one.messages[0].content = "Zwetschgenknödel".into();
        one.terms.memories = vec![memory];
        one
    };
    // Its vector comes a moment later, and is a change of it too.
    memories.embed().await.unwrap();
    heard(layer.generate(asked(dog.id))).await;
    assert!(heard(layer.generate(asked(dog.id))).await.1);
    home.hearth
        .store
        .forget_memories(vec![dog.id])
        .await
        .unwrap();
    assert!(!heard(layer.generate(asked(dog.id))).await.1, "forgotten");
    home.hearth
        .store
        .restore_memories(vec![dog.id])
        .await
        .unwrap();
    heard(layer.generate(asked(dog.id))).await;
    memories
        .edit(dog.id, "The user's dog is called Rex.")
        .await
        .unwrap();
    memories.embed().await.unwrap();
    assert!(!heard(layer.generate(asked(dog.id))).await.1, "edited");
    home.hearth.cache.flush().await;
    assert!(home.holds("Zwetschgenknödel"));
    memories.purge(vec![dog.id]).await.unwrap();
    assert!(
        !home.holds("Zwetschgenknödel"),
        "no byte of the answers is left"
    );
    assert!(
        memories
            .list(MemoryFilter::default())
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_is_set_aside_and_costs_nothing_but_its_answers() {
    let home = Home::new();
    let layer = Reusing::new(Counts::default(), home.hearth.cache.clone());
    heard(layer.generate(request("before?"))).await;
    home.hearth.cache.flush().await;
    let path = home.folder.path().join("cache.db");
    let home = {
        let folder = home.folder;
        home.hearth.close().await;
        drop(home.hearth);
        std::fs::write(&path, vec![7_u8; 20_000]).unwrap();
        for beside in ["cache.db-wal", "cache.db-shm"] {
            let _ = std::fs::remove_file(folder.path().join(beside));
        }
        Home::on(folder)
    };
    let layer = Reusing::new(Counts::default(), home.hearth.cache.clone());
    assert!(!heard(layer.generate(request("before?"))).await.1);
    home.hearth.cache.flush().await;
    assert_eq!(
        home.hearth.cache.statistics().await.unwrap().disk.entries,
        1
    );
    assert!(home.folder.path().join("cache.damaged.db").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn j1_twenty_equal_requests_are_one_call_and_a_failure_reaches_all() {
    let home = Home::new();
    let shared = |script: &Counts| {
        let settings = home.hearth.settings.clone();
        Arc::new(Coalesce::new(
            script.clone(),
            home.hearth.cache.clone(),
            settings,
        ))
    };
    let script = Counts {
        took: Duration::from_millis(200),
        ..Counts::default()
    };
    let layer = shared(&script);
    let all: Vec<_> = (0..20)
        .map(|_| tokio::spawn(heard(layer.generate(request("same?")))))
        .collect();
    tokio::time::sleep(Duration::from_millis(120)).await;
    let late = heard(layer.generate(request("same?"))).await;
    for one in all {
        let (text, _, end) = one.await.unwrap();
        assert_eq!(
            (text, end),
            (late.0.clone(), late.2.clone()),
            "r2: byte for byte"
        );
    }
    assert_eq!(script.calls.load(Ordering::SeqCst), 1);
    let failing = Counts {
        fails: true,
        ..script.clone()
    };
    let layer = shared(&failing);
    let all: Vec<_> = (0..20)
        .map(|_| tokio::spawn(heard(layer.generate(request("bad?")))))
        .collect();
    for one in all {
        assert!(matches!(one.await.unwrap().2, Some(Event::Failed(_))));
    }
    let before = failing.calls.load(Ordering::SeqCst);
    heard(layer.generate(request("bad?"))).await;
    assert_eq!(
        failing.calls.load(Ordering::SeqCst),
        before + 1,
        "the next try works"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn r1_with_random_cancels_nobody_hangs_and_nothing_is_left_behind() {
    let home = Home::new();
    let script = Counts {
        took: Duration::from_millis(40),
        ..Counts::default()
    };
    let settings = home.hearth.settings.clone();
    let layer = Arc::new(Coalesce::new(
        script.clone(),
        home.hearth.cache.clone(),
        settings,
    ));
    let mut all = Vec::new();
    for number in 0..500_usize {
        let layer = Arc::clone(&layer);
        all.push(tokio::spawn(async move {
            let mut stream = layer.generate(request(&format!("key {}?", number % 50)));
            if number % 10 < 3 {
                // These leave, at different places.
                for _ in 0..number % 3 {
                    stream.next().await;
                }
                return true;
            }
            matches!(heard(stream).await.2, Some(Event::Done(_)))
        }));
    }
    for one in all {
        let whole = tokio::time::timeout(Duration::from_secs(20), one).await;
        assert!(whole.expect("nobody hangs").unwrap());
    }
    let calls = script.calls.load(Ordering::SeqCst);
    assert!(calls <= 100, "at most two for each key: {calls}");
    let before = script.calls.load(Ordering::SeqCst);
    heard(layer.generate(request("key 1?"))).await;
    assert_eq!(
        script.calls.load(Ordering::SeqCst),
        before + 1,
        "nothing is left behind"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_nobody_waits_for_any_more_is_given_up() {
    let home = Home::new();
    let script = Counts {
        took: Duration::from_mins(1),
        ..Counts::default()
    };
    let settings = home.hearth.settings.clone();
    let layer = Coalesce::new(script.clone(), home.hearth.cache.clone(), settings);
    let (mut one, mut two) = (
        layer.generate(request("long?")),
        layer.generate(request("long?")),
    );
    assert!(one.next().await.is_some() && two.next().await.is_some());
    drop(one);
    assert_eq!(script.calls.load(Ordering::SeqCst), 1);
    drop(two);
    // A new one is not the old one, whenever that notices that it is alone.
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut three = layer.generate(request("long?"));
    assert!(three.next().await.is_some());
    assert_eq!(script.calls.load(Ordering::SeqCst), 2);
}

fn queue(home: &Hearth, script: &Counts, slots: usize) -> Arc<Queue<Counts>> {
    let settings = home.settings.clone();
    let cache: Cache = home.cache.clone();
    Arc::new(Queue::new(
        script.clone(),
        Arc::new(move |_| slots),
        cache,
        settings,
    ))
}

fn urgent(question: &str, priority: Priority) -> Request {
    let mut one = request(question);
    one.terms.priority = priority;
    one
}

#[tokio::test(flavor = "multi_thread")]
async fn r8_a_person_waits_for_one_slot_at_most_behind_two_hundred_others() {
    let home = Home::new();
    let script = Counts {
        took: Duration::from_millis(40),
        ..Counts::default()
    };
    let layer = queue(&home.hearth, &script, 1);
    let others: Vec<_> = (0..200)
        .map(|number| layer.generate(urgent(&format!("{number}"), Priority::Background)))
        .collect();
    let before = script.calls.load(Ordering::SeqCst);
    let mine = heard(layer.generate(urgent("mine", Priority::Interactive))).await;
    assert!(matches!(mine.2, Some(Event::Done(_))));
    let served = script.calls.load(Ordering::SeqCst) - before;
    assert!(served <= 4, "{served} were served before or beside it");
    drop(others);
    let last = heard(layer.generate(urgent("last", Priority::Batch))).await;
    assert!(
        matches!(last.2, Some(Event::Done(_))),
        "who has left holds no slot"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn background_work_leaves_one_slot_free_where_there_are_several() {
    let home = Home::new();
    let script = Counts {
        took: Duration::from_secs(5),
        ..Counts::default()
    };
    let layer = queue(&home.hearth, &script, 3);
    let mut others: Vec<_> = (0..3)
        .map(|number| layer.generate(urgent(&format!("{number}"), Priority::Background)))
        .collect();
    for one in &mut others[..2] {
        assert!(matches!(one.next().await, Some(Event::Text(_))));
    }
    assert_eq!(others[2].next().await, Some(Event::Queued(1)));
    let mut mine = layer.generate(urgent("mine", Priority::Interactive));
    assert!(matches!(mine.next().await, Some(Event::Text(_))), "at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_says_so_with_an_estimate() {
    let home = Home::new();
    home.hearth.settings.set("queue.most", Some("2")).unwrap();
    let script = Counts {
        took: Duration::from_secs(5),
        ..Counts::default()
    };
    let layer = queue(&home.hearth, &script, 1);
    let _others: Vec<_> = (0..3)
        .map(|number| layer.generate(urgent(&format!("{number}"), Priority::Normal)))
        .collect();
    let refused = heard(layer.generate(urgent("one more", Priority::Normal))).await;
    let Some(Event::Failed(error)) = refused.2 else {
        panic!("it was let in")
    };
    assert_eq!(error.code, hearth_core::Code::QueueFull);
    assert!(error.message.contains("seconds"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_asked_again_is_answered_from_the_cache_and_teaches_nothing_twice() {
    let home = Home::new();
    let ask = async |text: &str| {
        let send = Send {
            text: text.into(),
            ..Send::default()
        };
        outcome(home.hearth.chat.send(send).await.unwrap())
            .await
            .unwrap()
    };
    let first = ask("What is the capital of Peru?").await;
    assert!(first.measured.reused.is_none());
    let second = ask("What is the capital of Peru?").await;
    assert!(second.measured.reused.is_some());
    assert_eq!(first.answer, second.answer);
    let again = home
        .hearth
        .chat
        .answer_again(second.message, Overrides::default())
        .await;
    let again = outcome(again.unwrap()).await.unwrap();
    assert!(
        again.measured.reused.is_none(),
        "another answer is made anew"
    );
    home.hearth.chat.finish_background().await;
    let home = home.reopened();
    let send = Send {
        text: "What is the capital of Peru?".into(),
        ..Send::default()
    };
    let third = outcome(home.hearth.chat.send(send).await.unwrap())
        .await
        .unwrap();
    assert!(third.measured.reused.is_some(), "also after a restart");
    assert!(
        home.hearth.engines.watch().borrow().is_empty(),
        "no model was loaded for it"
    );
    home.hearth.chat.purge(vec![]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn i7_common_questions_are_answered_in_advance_by_the_model_but_not_on_battery() {
    let home = Home::new();
    let questions = "[\"What is the capital of Peru?\", \"What time is it?\"]";
    home.hearth
        .settings
        .set("cache.warm_up", Some(questions))
        .unwrap();
    let chat = &home.hearth.chat;
    assert!(!chat.warm_up(false).await.unwrap(), "on battery");
    assert!(home.hearth.engines.watch().borrow().is_empty());
    assert!(chat.warm_up(true).await.unwrap());
    assert!(
        !chat.warm_up(true).await.unwrap(),
        "the other one is of the moment"
    );
    let found = chat
        .kept_answer("What is the capital of Peru?", false)
        .await
        .unwrap();
    assert!(found.unwrap().answer.text.contains("Lima"));
}

#[tokio::test(flavor = "multi_thread")]
async fn i7_what_is_asked_again_and_again_is_made_anew_before_it_is_over_if_wanted() {
    let home = Home::new();
    let chat = &home.hearth.chat;
    for _ in 0..4 {
        let send = Send {
            text: "What is the capital of Peru?".into(),
            ..Send::default()
        };
        outcome(chat.send(send).await.unwrap()).await.unwrap();
    }
    chat.finish_background().await;
    let wanted = Listing {
        reused: true,
        ..Listing::default()
    };
    let kept = home.hearth.cache.list(wanted, 9).await.unwrap();
    assert_eq!((kept.len(), kept[0].hits), (1, 3));
    // Twenty-three of its twenty-four hours go by.
    let cache = rusqlite::Connection::open(home.folder.path().join("cache.db")).unwrap();
    let moved = "UPDATE responses SET made_at = made_at - 23 * 3600000";
    assert_eq!(cache.execute(moved, []).unwrap(), 1);
    assert!(!chat.warm_up(true).await.unwrap(), "it is not wanted");
    let set = |value| home.hearth.settings.set("cache.predict", Some(value));
    set("true").unwrap();
    assert!(!chat.warm_up(false).await.unwrap(), "on battery");
    assert!(chat.warm_up(true).await.unwrap());
    assert!(!chat.warm_up(true).await.unwrap(), "it is new");
    let anew = home.hearth.cache.list(String::new(), 9).await.unwrap();
    assert!(anew[0].made_at >= kept[0].made_at);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_does_not_join_an_answer_that_stands_behind_all_others() {
    let home = Home::new();
    let (cache, settings) = (home.hearth.cache.clone(), home.hearth.settings.clone());
    let script = Counts {
        took: Duration::from_millis(200),
        ..Counts::default()
    };
    let queue = Queue::new(
        script.clone(),
        Arc::new(|_| 1),
        cache.clone(),
        settings.clone(),
    );
    let layer = Coalesce::new(queue, cache, settings);
    let of = |question: &str, priority| {
        let mut one = request(question);
        one.terms.priority = priority;
        one
    };
    let mut others = vec![layer.generate(of("first", Priority::Normal))];
    for number in 0..10 {
        let background = of(&format!("background {number}"), Priority::Background);
        others.push(layer.generate(background));
    }
    others.push(layer.generate(of("the same", Priority::Batch)));
    heard(layer.generate(of("the same", Priority::Interactive))).await;
    assert!(script.calls.load(Ordering::SeqCst) <= 3, "it went first");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_means_the_same_gets_the_same_answer_only_where_that_is_wanted() {
    let home = Home::new();
    let chat = &home.hearth.chat;
    chat.keep_answer("How do I boil an egg?", "Seven minutes.".into(), true)
        .await
        .unwrap();
    let same = "Please tell me how to boil an egg";
    assert!(chat.kept_answer(same, false).await.unwrap().is_none());
    let found = chat.kept_answer(same, true).await.unwrap().unwrap();
    assert_eq!(
        found.reused.question.as_deref(),
        Some("How do I boil an egg?")
    );
    for other in [
        "How do I not boil an egg?",
        "How do I boil 2 eggs?",
        "How do I boil a crab?",
        "Why do I boil an egg?",
        "How do I boil an egg without water?",
        "How did I boil an egg?",
        "How do I boil an egg today?",
    ] {
        assert!(
            chat.kept_answer(other, true).await.unwrap().is_none(),
            "{other}"
        );
    }
    // Whoever finds it wrong often enough is not given it any more.
    for _ in 0..3 {
        home.hearth.cache.judge(&found.reused, false).await;
    }
    assert!(chat.kept_answer(same, true).await.unwrap().is_none());
    let exact = chat
        .kept_answer("How do I boil an egg?", true)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(exact.reused.question, None);
}
