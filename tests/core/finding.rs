//! Search, the trash, and what is left of what was deleted.

use std::path::Path;

use hearth_core::chat::Send;
use hearth_core::store::attachments::Attachment;
use hearth_core::store::search::Search;
use hearth_core::store::settings::ConversationSettings;
use hearth_core::store::trees::{Node, Tree};
use hearth_protocol::Role;

use crate::home::{Home, outcome};

fn tree(title: &str, texts: &[&str]) -> Tree {
    let messages = texts.iter().enumerate().map(|(place, text)| {
        let roles = [Role::User, Role::Assistant];
        let time = 1_700_000_000_000 + i64::try_from(place).unwrap();
        let text = (*text).to_owned();
        let mut node = Node::new(place.checked_sub(1), roles[place % 2], text, time);
        node.model = (place % 2 == 1).then(|| "owl-7b".to_owned());
        node
    });
    Tree {
        title: title.into(),
        created_at: 1_700_000_000_000,
        updated_at: 1_700_000_000_000,
        messages: messages.collect(),
        ..Tree::default()
    }
}

async fn found(home: &Home, text: &str) -> Vec<String> {
    let search = Search {
        text: text.into(),
        ..Search::default()
    };
    let hits = home.hearth.store.search(search).await.unwrap();
    hits.into_iter().map(|hit| hit.title).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn words_beginnings_phrases_and_scripts_without_blanks_are_found() {
    let home = Home::new();
    let trees = vec![
        tree(
            "owl",
            &[
                "An owl watches the harbour.",
                "The Café is open; naïve résumé.",
            ],
        ),
        tree("fox", &["The harbour watches no owl, but a fox.", "x"]),
        tree("cjk", &["東京タワーへ行きたいです。", "서울은 아름답다"]),
        tree(
            "odd",
            &[
                "C++ costs 3.50 € (\"net\") -- AND/OR NOT? 100%",
                "a:b* ^c {d}",
            ],
        ),
    ];
    home.hearth.store.add_trees(trees).await.unwrap();
    assert_eq!(
        found(&home, "harb").await,
        ["fox", "owl"],
        "the newest first"
    );
    assert_eq!(
        found(&home, "watches the").await,
        ["owl", "fox"],
        "in this order comes first"
    );
    assert_eq!(found(&home, "\"owl watches\"").await, ["owl"]);
    assert_eq!(
        found(&home, "cafe resume").await,
        ["owl"],
        "accents do not matter"
    );
    assert_eq!(
        found(&home, "owl fox").await,
        ["fox"],
        "all words have to be there"
    );
    assert_eq!(found(&home, "タワー").await, ["cjk"]);
    assert_eq!(found(&home, "東京").await, ["cjk"], "two signs are enough");
    assert_eq!(found(&home, "아름답").await, ["cjk"]);
    for odd in [
        "AND", "NOT", "c++", "\"net", "a:b*", "100%", "{d}", "^c", "3.50 €", "*", "\"", "()",
    ] {
        // Whatever is typed is text, never a command for the database.
        found(&home, odd).await;
    }
    assert_eq!(found(&home, "net").await, ["odd"]);
    assert!(found(&home, "elephant").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn search_is_narrowed_by_conversation_time_and_model_and_follows_every_change() {
    let home = Home::new();
    let trees = vec![tree("one", &["owl", "owl"]), tree("two", &["owl", "owl"])];
    let ids = home.hearth.store.add_trees(trees).await.unwrap();
    let count = async |search: Search| {
        let text = "owl".into();
        home.hearth
            .store
            .search(Search { text, ..search })
            .await
            .unwrap()
            .len()
    };
    assert_eq!(count(Search::default()).await, 4);
    assert_eq!(
        count(Search {
            conversation: Some(ids[0]),
            ..Search::default()
        })
        .await,
        2
    );
    assert_eq!(
        count(Search {
            model: Some("owl-7b".into()),
            ..Search::default()
        })
        .await,
        2
    );
    assert_eq!(
        count(Search {
            after: Some(1_700_000_000_001.0),
            ..Search::default()
        })
        .await,
        2
    );
    assert_eq!(
        count(Search {
            before: Some(1_600_000_000_000.0),
            ..Search::default()
        })
        .await,
        0
    );
    home.hearth.store.delete_conversation(ids[0]).await.unwrap();
    assert_eq!(
        count(Search::default()).await,
        2,
        "the trash is not searched"
    );
    home.hearth
        .store
        .restore_conversation(ids[0])
        .await
        .unwrap();
    assert_eq!(count(Search::default()).await, 4);
    // An answer is found as soon as it is whole.
    home.ask(None, "What is the capital of Peru?")
        .await
        .unwrap();
    assert_eq!(found(&home, "Lima").await.len(), 1);
}

/// Every file of a folder in which these bytes stand.
fn holding(folder: &Path, bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, bytes));
        } else if let Ok(contents) = std::fs::read(&path)
            && contents
                .windows(bytes.len())
                .any(|here| here.eq_ignore_ascii_case(bytes))
        {
            found.push(path.display().to_string());
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_deleted_for_good_leaves_no_byte_in_the_data_folder() {
    let home = Home::new();
    let secret = "xylophonist";
    let send = Send {
        text: format!("My dog is called {secret}. What is my dog called?"),
        files: vec![Attachment {
            name: format!("{secret}.txt"),
            text: format!("A {secret} plays."),
        }],
        settings: ConversationSettings {
            system_prompt: Some(format!("You are a {secret}.")),
            ..ConversationSettings::default()
        },
        ..Send::default()
    };
    let follower = home.hearth.chat.send(send).await.unwrap();
    let id = outcome(follower).await.unwrap().conversation;
    let other = home
        .ask(None, "What is the capital of Peru?")
        .await
        .unwrap()
        .conversation;
    for _ in 0..4 {
        home.ask(Some(id), &format!("Tell me more of {secret}."))
            .await
            .unwrap();
    }
    home.hearth.chat.finish_background().await;
    home.hearth.engines.close().await;
    // A copy as a migration makes it.
    let backup = home.folder.path().join("backups/data-v1-copy.db");
    rusqlite::Connection::open(home.folder.path().join("data.db"))
        .unwrap()
        .execute("VACUUM INTO ?", [backup.to_str().unwrap()])
        .unwrap();
    assert!(
        !holding(home.folder.path(), secret.as_bytes()).is_empty(),
        "it is there"
    );
    let chat = &home.hearth.chat;
    assert_eq!(
        chat.purge(vec![id]).await.unwrap(),
        0,
        "only what is in the trash goes"
    );
    home.hearth.store.delete_conversation(id).await.unwrap();
    assert_eq!(home.hearth.store.trash().await.unwrap()[0].id, id);
    assert_eq!(chat.purge(vec![id]).await.unwrap(), 1);
    assert_eq!(
        holding(home.folder.path(), secret.as_bytes()),
        Vec::<String>::new()
    );
    assert!(home.hearth.store.check().await.unwrap().is_empty());
    assert_eq!(
        home.hearth.store.thread(other).await.unwrap().len(),
        2,
        "the rest is there"
    );
    let next = home.ask(Some(other), "What is 3 + 4?").await.unwrap();
    assert!(next.answer.contains('7'));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trash_is_emptied_after_thirty_days_and_not_before() {
    let home = Home::new();
    let ids = home
        .hearth
        .store
        .add_trees(vec![tree("old", &["a"]), tree("new", &["b"])])
        .await;
    let ids = ids.unwrap();
    for &id in &ids {
        home.hearth.store.delete_conversation(id).await.unwrap();
    }
    assert_eq!(home.hearth.chat.empty_overdue().await.unwrap(), 0);
    let database = rusqlite::Connection::open(home.folder.path().join("data.db")).unwrap();
    let day: i64 = 24 * 60 * 60 * 1000;
    database
        .execute(
            "UPDATE conversations SET deleted_at = deleted_at - ?2 WHERE id = ?1",
            [i64::from(ids[0]), 31 * day],
        )
        .unwrap();
    assert_eq!(home.hearth.chat.empty_overdue().await.unwrap(), 1);
    let left: Vec<_> = home.hearth.store.trash().await.unwrap();
    assert_eq!(left.iter().map(|one| one.id).collect::<Vec<_>>(), [ids[1]]);
}

#[test]
fn a_database_of_the_first_version_is_taken_over_with_its_texts_searchable() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.db");
    let old = rusqlite::Connection::open(&path).unwrap();
    old.execute_batch(include_str!("../fixtures/data-v1.sql"))
        .unwrap();
    drop(old);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let home = Home::on(folder);
        let list = home.hearth.store.conversations().await.unwrap();
        assert_eq!(list[0].title, "Owls");
        assert_eq!(found(&home, "nocturnal").await, ["Owls"]);
        assert_eq!(home.hearth.store.thread(list[0].id).await.unwrap().len(), 2);
        let backups = std::fs::read_dir(home.folder.path().join("backups")).unwrap();
        let copies = backups.flatten().map(|entry| entry.path());
        let copies = copies.filter(|path| path.extension().is_some_and(|end| end == "db"));
        assert_eq!(copies.count(), 1, "a copy was made before");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_removed_from_every_copy_stays_in_the_trash() {
    let home = Home::new();
    let id = home.ask(None, "Hello").await.unwrap().conversation;
    let store = &home.hearth.store;
    store.delete_conversation(id).await.unwrap();
    let copy = home.folder.path().join("backups/broken.db");
    std::fs::write(&copy, "no database at all").unwrap();
    assert!(home.hearth.chat.purge(vec![id]).await.is_err());
    assert_eq!(store.trash().await.unwrap()[0].id, id);
    std::fs::remove_file(copy).unwrap();
    assert_eq!(home.hearth.chat.purge(vec![id]).await.unwrap(), 1);
}
