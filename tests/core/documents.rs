//! Files that questions bring along, and what is different for single conversations.

use std::io::Write;

use hearth_core::Code;
use hearth_core::chat::{Overrides, Send};
use hearth_core::config::sampling::SamplingConfig;
use hearth_core::documents::read;
use hearth_core::store::attachments::Attachment;
use hearth_core::store::settings::ConversationSettings;
use hearth_core::transfer::{Form, export, import};
use hearth_support::forge;
use proptest::prelude::*;

use crate::home::{Home, outcome};

fn docx(words: &str) -> Vec<u8> {
    let part = format!(
        "<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:body></w:document>"
    );
    zipped("word/document.xml", part.as_bytes())
}

fn zipped(name: &str, contents: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    archive.start_file(name, options).unwrap();
    archive.write_all(contents).unwrap();
    archive.finish().unwrap().into_inner()
}

fn greedy() -> Overrides {
    Overrides {
        sampling: SamplingConfig {
            temperature: Some(0.0),
            ..SamplingConfig::default()
        },
        ..Overrides::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn text_code_pdf_and_docx_files_are_read_whatever_they_are_called() {
    let pdf = forge::pdf("The harbour opens at nine.");
    for (name, bytes, expected) in [
        ("notes.md", b"# Notes\n".to_vec(), "# Notes"),
        ("main.rs", b"fn main() {}".to_vec(), "fn main() {}"),
        ("letter.pdf", pdf.clone(), "The harbour opens at nine."),
        ("letter.txt", pdf, "The harbour opens at nine."),
        ("letter.docx", docx("Dear Ada"), "Dear Ada"),
    ] {
        let file = read(name, bytes).await.unwrap();
        assert_eq!((file.name.as_str(), file.text.as_str()), (name, expected));
    }
    let named = read("/etc/../home/a\nb.txt", b"x".to_vec()).await.unwrap();
    assert_eq!(named.name, "ab.txt", "a name is no path");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_refused_with_its_reason() {
    let bomb = zipped("word/document.xml", &vec![b' '; 70 << 20]);
    for (name, bytes, reason) in [
        (
            "photo.png",
            b"\x89PNG\r\n\x1a\n\0\0\0".to_vec(),
            "it is no text",
        ),
        ("empty.txt", b" \n".to_vec(), "it is empty"),
        ("cut.pdf", b"%PDF-1.7\n1 0 obj".to_vec(), "PDF"),
        ("scan.pdf", forge::pdf(""), "holds no text"),
        ("cut.docx", docx("x")[..40].to_vec(), "damaged"),
        ("sheet.xlsx", zipped("xl/a.xml", b"<a/>"), "no DOCX"),
        ("bomb.docx", bomb, "far too long"),
        ("long.txt", vec![b'x'; 600 * 1024], "at most 512 KiB"),
        ("huge.txt", vec![b'x'; 33 << 20], "at most 32 MB"),
    ] {
        let refusal = read(name, bytes).await.unwrap_err();
        assert_eq!(refusal.code, Code::FileUnreadable);
        assert!(refusal.message.contains(name), "{refusal}");
        assert!(refusal.message.contains(reason), "{refusal}");
    }
}

#[test]
fn a_damaged_pdf_or_docx_gives_text_or_a_refusal_and_nothing_else() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let whole = [forge::pdf("The harbour opens at nine."), docx("Dear Ada")];
    let damage = (
        0..2_usize,
        any::<prop::sample::Index>(),
        any::<u8>(),
        any::<bool>(),
    );
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(300));
    let outcome = runner.run(&damage, |(which, place, byte, cut)| {
        let mut bytes = whole[which].clone();
        let at = place.index(bytes.len());
        bytes[at] = byte;
        if cut {
            bytes.truncate(at);
        }
        if let Err(refusal) = runtime.block_on(read("file", bytes)) {
            prop_assert_eq!(refusal.code, Code::FileUnreadable);
        }
        Ok(())
    });
    outcome.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_part_of_its_turn_for_ever_after() {
    let home = Home::new();
    let facts = format!("My dog is called Rex. {}", "The owl sleeps. ".repeat(20));
    let file = Attachment {
        name: "facts.md".into(),
        text: facts.trim().to_owned(),
    };
    let ask = |conversation: Option<u32>, text: &str, files: Vec<Attachment>| Send {
        conversation,
        text: text.into(),
        files,
        overrides: greedy(),
        ..Send::default()
    };
    let send = ask(None, "What is my dog called?", vec![file.clone()]);
    let preview = home.hearth.chat.preview(send.clone()).await.unwrap();
    assert_eq!(
        preview.parts[0].text,
        format!(
            "File facts.md:\n```\n{}\n```\n\nWhat is my dog called?",
            file.text
        )
    );
    let answer = outcome(home.hearth.chat.send(send).await.unwrap()).await;
    let answer = answer.unwrap();
    assert_eq!(answer.measured.prompt_tokens, preview.total);
    let id = answer.conversation;
    let thread = home.hearth.store.thread(id).await.unwrap();
    assert_eq!(
        thread[0].text, "What is my dog called?",
        "what was typed stays as typed"
    );
    let attached = &thread[0].attachments[0];
    assert_eq!(
        (attached.name.as_str(), attached.characters),
        ("facts.md", 341)
    );
    let read = home.hearth.store.attachment(attached.id).await.unwrap();
    assert_eq!(read, file);
    // The next turn sends it at the same place again, so nothing of it is read anew.
    let preview = home
        .hearth
        .chat
        .preview(ask(Some(id), "And now?", vec![]))
        .await;
    assert!(preview.unwrap().parts[0].text.contains("called Rex"));
    let next = home.ask(Some(id), "And now?").await.unwrap();
    let (before, after) = (answer.measured, next.measured);
    assert!(
        after.reused_tokens + 8 >= before.prompt_tokens,
        "{before:?} {after:?}"
    );
    // Another version of the question and a copy of the branch bring it along.
    let edited = home
        .hearth
        .chat
        .edit(thread[0].id, "Is it Rex?".into())
        .await;
    let edited = outcome(edited.unwrap()).await.unwrap();
    let other = home.hearth.store.thread(id).await.unwrap();
    assert_eq!(other[0].attachments.len(), 1);
    let branch = home.hearth.chat.branch_off(edited.message).await.unwrap();
    let copied = home.hearth.store.thread(branch).await.unwrap();
    assert_eq!(copied[0].attachments[0].name, "facts.md");
    // Also out of Hearth and back in.
    let path = home.folder.path().join("export.json");
    let text = export(&home.hearth.store, &[id], Form::Json).await.unwrap();
    std::fs::write(&path, text).unwrap();
    let back = import(&home.hearth.store, &path)
        .await
        .unwrap()
        .conversations[0];
    let (one, two) = (
        home.hearth.store.tree(id).await.unwrap(),
        home.hearth.store.tree(back).await.unwrap(),
    );
    assert_eq!(one, two);
    assert_eq!(one.messages[0].attachments, [file]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_does_not_fit_says_so_and_nothing_is_lost() {
    let home = Home::new();
    let file = Attachment {
        name: "long.txt".into(),
        text: "The owl watches the harbour at night. ".repeat(200),
    };
    let (tokens, holds) = home
        .hearth
        .chat
        .cost_of(None, ConversationSettings::default(), &file)
        .await
        .unwrap();
    assert!(tokens > holds && holds == 512, "{tokens} of {holds}");
    let send = Send {
        files: vec![file],
        overrides: greedy(),
        ..Send::default()
    };
    let follower = home.hearth.chat.send(send).await.unwrap();
    let refusal = outcome(follower).await.unwrap_err();
    assert_eq!(refusal.code, Code::PromptTooLong);
    let list = home.hearth.store.conversations().await.unwrap();
    assert_eq!(
        list[0].title, "long.txt",
        "a file without words gives the title"
    );
    let thread = home.hearth.store.thread(list[0].id).await.unwrap();
    assert_eq!(thread[0].attachments.len(), 1, "it is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_has_its_own_instructions_and_sampling() {
    let home = Home::new();
    let settings = ConversationSettings {
        system_prompt: Some("You know that the user is called Ada.".into()),
        sampling: SamplingConfig {
            temperature: Some(0.0),
            max_tokens: Some(3),
            ..SamplingConfig::default()
        },
        model: None,
        ..ConversationSettings::default()
    };
    let send = Send {
        text: "Hello".into(),
        settings: settings.clone(),
        ..Send::default()
    };
    let chat = &home.hearth.chat;
    let answer = outcome(chat.send(send).await.unwrap()).await.unwrap();
    assert_eq!(answer.measured.answer_tokens, 3);
    let id = answer.conversation;
    assert_eq!(home.hearth.store.settings_of(id).await.unwrap(), settings);
    let ask = |text: &str| Send {
        conversation: Some(id),
        text: text.into(),
        ..Send::default()
    };
    let parts = chat.preview(ask("And?")).await.unwrap().parts;
    assert!(parts[0].text.contains("called Ada"));
    let other = chat
        .preview(Send {
            text: "Hi".into(),
            ..Send::default()
        })
        .await;
    assert_eq!(other.unwrap().parts.len(), 1, "others are as everywhere");
    // A branch keeps them; what is out of range or not there changes nothing.
    let branch = chat.branch_off(answer.message).await.unwrap();
    assert_eq!(
        home.hearth.store.settings_of(branch).await.unwrap(),
        settings
    );
    for bad in [
        ConversationSettings {
            sampling: SamplingConfig {
                top_p: Some(7.0),
                ..SamplingConfig::default()
            },
            ..ConversationSettings::default()
        },
        ConversationSettings {
            model: Some("nowhere".into()),
            ..ConversationSettings::default()
        },
    ] {
        assert!(chat.set_settings(id, bad).await.is_err());
    }
    assert_eq!(home.hearth.store.settings_of(id).await.unwrap(), settings);
    chat.set_settings(id, ConversationSettings::default())
        .await
        .unwrap();
    let parts = chat.preview(ask("And?")).await.unwrap().parts;
    assert_eq!(parts[0].text, "Hello", "without instructions again");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_watches_hears_of_every_change_of_a_conversation() {
    let home = Home::new();
    let mut watch = home.hearth.store.watch();
    let answer = home
        .ask(None, "What is the capital of Peru?")
        .await
        .unwrap();
    let id = answer.conversation;
    assert_eq!(watch.recv().await.unwrap(), id, "an answer was begun");
    assert_eq!(watch.recv().await.unwrap(), id, "it has ended");
    home.hearth.store.delete_conversation(id).await.unwrap();
    home.hearth.chat.finish_background().await;
    assert_eq!(watch.recv().await.unwrap(), id);
}
