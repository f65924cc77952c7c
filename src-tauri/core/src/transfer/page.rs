//! What people read: the branch that is shown, as Markdown, HTML or plain text.

use hearth_protocol::Role;

use crate::store::trees::{Node, Tree};

pub(super) fn markdown(trees: &[Tree]) -> String {
    joined(trees, |tree| {
        let messages = shown(tree).into_iter().map(|node| {
            let reasoning = node.reasoning.trim().lines();
            let quoted: Vec<String> = reasoning.map(|line| format!("> {line}\n")).collect();
            let gap = if quoted.is_empty() { "" } else { "\n" };
            let (who, date, text) = (who(node), date(node.created_at), node.text.trim_end());
            format!("\n## {who}, {date}\n\n{}{gap}{text}\n", quoted.concat())
        });
        let messages: Vec<String> = messages.collect();
        format!("# {}\n{}", tree.title, messages.concat())
    })
}

pub(super) fn text(trees: &[Tree]) -> String {
    joined(trees, |tree| {
        let messages = shown(tree).into_iter().map(|node| {
            let (who, date, text) = (who(node), date(node.created_at), node.text.trim_end());
            format!("\n{who} ({date})\n{text}\n")
        });
        let line = "=".repeat(tree.title.chars().count());
        let messages: Vec<String> = messages.collect();
        format!("{}\n{line}\n{}", tree.title, messages.concat())
    })
}

/// One page that loads nothing and runs nothing.
pub(super) fn html(trees: &[Tree]) -> String {
    const HEAD: &str = "<!doctype html>\n<html>\n<meta charset=\"utf-8\">\n\
        <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
        <style>body{font:16px/1.6 system-ui,sans-serif;margin:2em auto;max-width:46em;padding:0 1em}\
        h2{font-size:1em;margin:2em 0 .3em}time{color:#6b5f54;font-weight:400}\
        pre{font:inherit;margin:0;white-space:pre-wrap}</style>\n";
    let bodies = trees.iter().map(|tree| {
        let messages: Vec<String> = shown(tree)
            .into_iter()
            .map(|node| {
                format!(
                    "<h2>{} <time>{}</time></h2>\n<pre>{}</pre>\n",
                    escaped(&who(node)),
                    date(node.created_at),
                    escaped(node.text.trim_end())
                )
            })
            .collect();
        format!("<h1>{}</h1>\n{}", escaped(&tree.title), messages.concat())
    });
    let title = trees
        .first()
        .map_or(String::new(), |tree| escaped(&tree.title));
    format!(
        "{HEAD}<title>{title}</title>\n{}</html>\n",
        bodies.collect::<Vec<_>>().concat()
    )
}

fn joined(trees: &[Tree], page: impl Fn(&Tree) -> String) -> String {
    let pages: Vec<String> = trees.iter().map(page).collect();
    pages.join("\n\n")
}

/// The messages from the first to the head.
fn shown(tree: &Tree) -> Vec<&Node> {
    let mut branch = Vec::new();
    let mut place = tree.head;
    while let Some(node) = place.and_then(|place| tree.messages.get(place)) {
        branch.push(node);
        // A parent stands before its child, so this ends.
        place = node.parent.filter(|&parent| Some(parent) < place);
    }
    branch.reverse();
    branch
}

fn who(node: &Node) -> String {
    match node.role {
        Role::User => "You".to_owned(),
        Role::System => "System".to_owned(),
        Role::Assistant => node.model.clone().unwrap_or_else(|| "Assistant".to_owned()),
    }
}

fn date(milliseconds: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(milliseconds).unwrap_or_default();
    let local = time.to_zoned(jiff::tz::TimeZone::system());
    local.strftime("%Y-%m-%d %H:%M").to_string()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
