//! Conversations out of Hearth and into it.

use std::io::Write;

use hearth_core::Code;
use hearth_core::config::sampling::SamplingConfig;
use hearth_core::store::attachments::Attachment;
use hearth_core::store::messages::{Measured, MessageState};
use hearth_core::store::settings::ConversationSettings;
use hearth_core::store::trees::{Node, Tree};
use hearth_core::transfer::{Form, Imported, export, import};
use hearth_protocol::Role;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

use crate::home::Home;

fn node(count: usize) -> impl Strategy<Value = Node> {
    let state = prop_oneof![
        Just(MessageState::Complete),
        Just(MessageState::Stopped),
        Just(MessageState::Failed)
    ];
    (
        (0..=count, any::<bool>(), ".{0,80}", ".{0,20}"),
        (
            state,
            0..2_000_000_000_000_i64,
            any::<bool>(),
            proptest::option::of("[a-z0-9-]{1,12}"),
        ),
        any::<bool>(),
    )
        .prop_map(
            move |((parent, is_user, text, reasoning), (state, at, pinned, model), measured)| {
                Node {
                    // A message follows any that stands before it, or none.
                    parent: parent.checked_sub(1).filter(|&parent| parent < count),
                    role: if is_user { Role::User } else { Role::Assistant },
                    text,
                    reasoning,
                    state,
                    error: (state == MessageState::Failed)
                        .then(|| hearth_core::Error::new(Code::EngineFailed, "It broke.")),
                    created_at: at,
                    model,
                    measured: measured.then(|| Measured {
                        prompt_tokens: 7,
                        tokens_per_second: 12.5,
                        ..Measured::default()
                    }),
                    pinned,
                    verbatim: at % 2 == 0,
                    attachments: (at % 3 == 0)
                        .then(|| Attachment {
                            name: "a.txt".into(),
                            text: at.to_string(),
                        })
                        .into_iter()
                        .collect(),
                }
            },
        )
}

fn tree() -> impl Strategy<Value = Tree> {
    (0_usize..12)
        .prop_flat_map(|count| (0..count).map(node).collect::<Vec<_>>())
        .prop_flat_map(|messages| {
            let head = match messages.len() {
                0 => Just(None).boxed(),
                count => (0..count).prop_map(Some).boxed(),
            };
            let times = (0..2_000_000_000_000_i64, 0..2_000_000_000_000_i64);
            let tags = proptest::collection::btree_set("[a-z]{1,6}", 0..3);
            let folder = proptest::option::of("[A-Za-z]{1,8}");
            let rest = (".{1,30}", times, any::<bool>(), any::<bool>(), folder, tags);
            (Just(messages), head, rest)
        })
        .prop_map(
            |(messages, head, (title, times, pinned, archived, folder, tags))| Tree {
                title,
                created_at: times.0,
                updated_at: times.1,
                pinned,
                archived,
                folder,
                tags: tags.into_iter().collect(),
                settings: ConversationSettings {
                    system_prompt: archived.then(|| "Be brief.".to_owned()),
                    sampling: SamplingConfig {
                        temperature: pinned.then_some(0.7),
                        ..SamplingConfig::default()
                    },
                    model: None,
                    ..ConversationSettings::default()
                },
                head,
                messages,
            },
        )
}

/// Imports a text as a file.
async fn imported(home: &Home, bytes: &[u8]) -> Result<Imported, hearth_core::Error> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    import(&home.hearth.store, file.path()).await
}

#[test]
fn two_hundred_random_trees_are_equal_after_export_and_import() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let home = runtime.block_on(async { Home::new() });
    let mut runner = TestRunner::new(Config::with_cases(200));
    let worked = runner.run(&tree(), |tree| {
        runtime.block_on(async {
            let store = &home.hearth.store;
            let first = store.add_trees(vec![tree.clone()]).await.unwrap();
            let text = export(store, &first, Form::Json).await.unwrap();
            let second = imported(&home, text.as_bytes()).await.unwrap();
            prop_assert!(second.left_out.is_empty(), "{:?}", second.left_out);
            if !tree.messages.is_empty() {
                let back = store.tree(second.conversations[0]).await.unwrap();
                prop_assert_eq!(back, tree);
            }
            Ok(())
        })
    });
    worked.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_forms_for_people_show_the_branch_that_is_shown_and_run_nothing() {
    let home = Home::new();
    let id = home
        .ask(None, "What is the capital of Peru?")
        .await
        .unwrap()
        .conversation;
    let store = &home.hearth.store;
    let hostile = Tree {
        title: "<script>alert(1)</script>".into(),
        messages: store.tree(id).await.unwrap().messages,
        head: Some(1),
        ..Tree::default()
    };
    let ids = store.add_trees(vec![hostile]).await.unwrap();
    for form in [Form::Markdown, Form::Html, Form::Text] {
        let page = export(store, &ids, form).await.unwrap();
        assert!(page.contains("The capital of Peru is Lima."), "{page}");
        if form == Form::Html {
            assert!(!page.contains("<script"), "{page}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn exports_of_other_programs_are_read_with_their_branches() {
    let home = Home::new();
    let chatgpt = json!([{
        "title": "Peru", "create_time": 1_700_000_000.5, "update_time": 1_700_000_100.0,
        "current_node": "c",
        "mapping": {
            "root": {"message": null, "parent": null, "children": ["a"]},
            "a": {"parent": "root", "children": ["b", "c"], "message": {
                "author": {"role": "user"}, "create_time": 1_700_000_001.0,
                "content": {"parts": ["Capital of Peru?"]}}},
            "b": {"parent": "a", "children": [], "message": {
                "author": {"role": "assistant"}, "content": {"parts": ["Cusco"]},
                "metadata": {"model_slug": "gpt-4"}}},
            "c": {"parent": "a", "children": [], "message": {
                "author": {"role": "assistant"}, "content": {"parts": ["Lima", {"image": 1}]}}}
        }
    }]);
    let claude = json!([{
        "name": "Norway", "created_at": "2024-03-01T10:00:00Z", "updated_at": "2024-03-01T10:05:00Z",
        "chat_messages": [
            {"sender": "human", "text": "Capital of Norway?", "created_at": "2024-03-01T10:00:00Z"},
            {"sender": "assistant", "text": "", "content": [{"type": "text", "text": "Oslo"}]}
        ]
    }]);
    let open_webui = json!([{
        "title": "Chile", "created_at": 1_700_000_000, "chat": {"history": {"currentId": "y", "messages": {
            "x": {"parentId": null, "role": "user", "content": "Capital of Chile?", "timestamp": 1_700_000_001},
            "y": {"parentId": "x", "role": "assistant", "content": "Santiago", "model": "llama", "timestamp": 1_700_000_002}
        }}}
    }]);
    let silly_tavern = [
        json!({"user_name": "You", "character_name": "Bibo", "create_date": "2024-01-01"}),
        json!({"name": "You", "is_user": true, "mes": "Capital of Egypt?"}),
        json!({"name": "Bibo", "is_user": false, "mes": "Cairo", "swipes": ["Giza", "Cairo"]}),
    ]
    .map(|line| line.to_string())
    .join("\n");
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive
        .start_file(
            "export/conversations.json",
            zip::write::SimpleFileOptions::default(),
        )
        .unwrap();
    archive.write_all(chatgpt.to_string().as_bytes()).unwrap();
    let archive = archive.finish().unwrap().into_inner();
    for (bytes, title, last, messages) in [
        (
            chatgpt.to_string().into_bytes(),
            "Peru",
            "Lima\n\n[not imported: no text]",
            3,
        ),
        (archive, "Peru", "Lima\n\n[not imported: no text]", 3),
        (claude.to_string().into_bytes(), "Norway", "Oslo", 2),
        (open_webui.to_string().into_bytes(), "Chile", "Santiago", 2),
        (silly_tavern.into_bytes(), "Bibo", "Cairo", 3),
    ] {
        let imported = imported(&home, &bytes).await.unwrap();
        assert_eq!(imported.left_out, Vec::<String>::new());
        let tree = home
            .hearth
            .store
            .tree(imported.conversations[0])
            .await
            .unwrap();
        assert_eq!(
            (tree.title.as_str(), tree.messages.len()),
            (title, messages)
        );
        let thread = home
            .hearth
            .store
            .thread(imported.conversations[0])
            .await
            .unwrap();
        assert_eq!(thread.last().unwrap().text, last);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_gives_what_can_be_read_and_says_what_cannot() {
    let home = Home::new();
    let entry = |name: &str| {
        json!({"name": name, "chat_messages": [{"sender": "human", "text": "Hello"}]}).to_string()
    };
    let cut = format!("[{}, {}, {{\"name\": \"c", entry("a"), entry("b"));
    let cut = imported(&home, cut.as_bytes()).await.unwrap();
    assert_eq!(
        (cut.conversations.len(), cut.left_out.len()),
        (2, 1),
        "{cut:?}"
    );
    let odd = format!("[{}, 5, {{\"name\": \"none\"}}]", entry("a"));
    let odd = imported(&home, odd.as_bytes()).await.unwrap();
    assert_eq!(
        (odd.conversations.len(), odd.left_out.len()),
        (1, 2),
        "{odd:?}"
    );
    let circle = json!([{"title": "t", "mapping": {
        "a": {"parent": "b", "children": ["b"]}, "b": {"parent": "a", "children": ["a"]}}}]);
    assert!(
        imported(&home, circle.to_string().as_bytes())
            .await
            .unwrap()
            .conversations
            .is_empty()
    );
    let before = home.hearth.store.conversations().await.unwrap().len();
    for nothing in ["", "{}", "[]", "hello", "[1,2]", "PK\u{3}\u{4}", "\u{0}"] {
        let refusal = imported(&home, nothing.as_bytes()).await.unwrap_err();
        assert_eq!(refusal.code, Code::ImportUnreadable, "{nothing:?}");
    }
    assert_eq!(
        home.hearth.store.conversations().await.unwrap().len(),
        before
    );
}
