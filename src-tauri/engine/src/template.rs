//! From messages to the text that a model was trained on, by the chat template in its file.
//!
//! A template is a small program from a stranger. It runs in an engine without access to
//! anything, under limits on instructions, recursion and output.

use std::io::{self, Write};

use hearth_protocol::{Message, Role, TemplateSource};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Value;
use minijinja::{Environment, Error, ErrorKind, context};

/// Instructions for one rendering. A real template takes a few dozen for each message.
const FUEL: u64 = 2_000_000;
/// Nested calls and includes. Real templates need fewer than ten.
const RECURSION: usize = 64;
/// What a template may add to the messages' own text, in bytes.
const OUTPUT: usize = 1024 * 1024;

const NAME: &str = "chat";
/// Used where the model's own template is absent or broken: names and colons, as in a play.
const PLAIN: &str = "{% for message in messages %}\
    {{ message.role | capitalize }}: {{ message.content }}\n\n\
    {% endfor %}Assistant:";

/// A chat template that is known to work.
pub(crate) struct Template {
    environment: Environment<'static>,
    source: TemplateSource,
    bos: String,
    eos: String,
    takes_system: bool,
}

impl Template {
    /// Takes the file's template, or the plain one where that cannot be used.
    pub(crate) fn new(file: Option<&str>, bos: String, eos: String) -> Self {
        let Some(text) = file else {
            return Self::plain(TemplateSource::Absent, bos, eos);
        };
        match environment(text) {
            Ok(environment) => {
                let template = Self {
                    environment,
                    source: TemplateSource::File,
                    bos,
                    eos,
                    takes_system: true,
                };
                // A trial shows an endless loop or an unknown function before anyone waits.
                let trial = [message("user", "Hello"), message("assistant", "Hello.")];
                match template
                    .render_raw(&trial[..1])
                    .and_then(|_| template.render_raw(&trial))
                {
                    Ok(_) => template.probed(),
                    Err(error) => template.replaced(&error),
                }
            }
            Err(error) => Self::plain(TemplateSource::Broken(error.to_string()), bos, eos),
        }
    }

    /// Where it came from.
    pub(crate) fn source(&self) -> &TemplateSource {
        &self.source
    }

    /// Strings that end an answer, because the template uses them to begin the next turn.
    pub(crate) fn stops(&self) -> &'static [&'static str] {
        match self.source {
            TemplateSource::File => &[],
            _ => &["\nUser:", "\nSystem:"],
        }
    }

    /// The prompt for these messages, with the opening of the next answer.
    pub(crate) fn render(&self, messages: &[Message]) -> Result<String, Error> {
        let folded = if self.takes_system {
            None
        } else {
            folded(messages)
        };
        let messages: Vec<_> = folded
            .as_deref()
            .unwrap_or(messages)
            .iter()
            .map(|one| message(one.role.as_str(), &one.content))
            .collect();
        self.render_raw(&messages)
    }

    /// Finds out whether the template knows system messages; those of some model families
    /// refuse them.
    fn probed(mut self) -> Self {
        let trial = [message("system", "Be brief."), message("user", "Hello")];
        self.takes_system = self
            .render_raw(&trial)
            .is_ok_and(|text| text.contains("Be brief."));
        self
    }

    fn render_raw(&self, messages: &[Value]) -> Result<String, Error> {
        let limit = messages
            .iter()
            .map(content_length)
            .sum::<usize>()
            .saturating_add(OUTPUT);
        let mut output = Bounded {
            bytes: Vec::new(),
            limit,
        };
        self.environment.get_template(NAME)?.render_captured_to(
            context! {
                messages => messages,
                add_generation_prompt => true,
                bos_token => self.bos.as_str(),
                eos_token => self.eos.as_str(),
            },
            &mut output,
        )?;
        String::from_utf8(output.bytes)
            .map_err(|_| Error::new(ErrorKind::BadSerialization, "the output is not UTF-8"))
    }

    fn plain(source: TemplateSource, bos: String, eos: String) -> Self {
        let environment = environment(PLAIN).expect("BUG: the plain template parses");
        Self {
            environment,
            source,
            bos,
            eos,
            takes_system: true,
        }
    }

    fn replaced(self, error: &Error) -> Self {
        Self::plain(
            TemplateSource::Broken(error.to_string()),
            self.bos,
            self.eos,
        )
    }
}

/// The messages with the system's text in front of the first user's.
fn folded(messages: &[Message]) -> Option<Vec<Message>> {
    let [system, user, rest @ ..] = messages else {
        return None;
    };
    if system.role != Role::System {
        return None;
    }
    let content = format!("{}\n\n{}", system.content, user.content);
    let first = Message {
        role: user.role,
        content,
    };
    Some([std::slice::from_ref(&first), rest].concat())
}

fn environment(template: &str) -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    // The settings with which the transformers library renders the same templates.
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()?,
    );
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(RECURSION);
    environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
    environment.add_function("raise_exception", raise_exception);
    environment.add_function("strftime_now", strftime_now);
    environment.add_template_owned(NAME, template.to_owned())?;
    Ok(environment)
}

fn raise_exception(reason: &str) -> Result<Value, Error> {
    Err(Error::new(ErrorKind::InvalidOperation, reason.to_owned()))
}

fn strftime_now(format: &str) -> Result<String, Error> {
    jiff::fmt::strtime::format(format, &jiff::Zoned::now())
        .map_err(|error| Error::new(ErrorKind::InvalidOperation, error.to_string()))
}

fn message(role: &str, content: &str) -> Value {
    context! { role, content }
}

fn content_length(message: &Value) -> usize {
    message
        .get_attr("content")
        .ok()
        .and_then(|text| text.as_str().map(str::len))
        .unwrap_or(0)
}

/// Collects output up to a limit.
struct Bounded {
    bytes: Vec<u8>,
    limit: usize,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len().saturating_add(bytes.len()) > self.limit {
            return Err(io::Error::other("the template's output has no end"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    const CHATML: &str = "{%- for m in messages -%}{{ '<|im_start|>' + m.role + '\\n' + m.content \
        + '<|im_end|>\\n' }}{%- endfor -%}{%- if add_generation_prompt -%}{{ '<|im_start|>assistant\\n' \
        }}{%- endif -%}";

    fn template(text: &str) -> Template {
        Template::new(Some(text), "<s>".into(), "</s>".into())
    }

    fn hello() -> Vec<Message> {
        vec![Message {
            role: Role::User,
            content: "Hello".into(),
        }]
    }

    #[test]
    fn a_template_from_the_file_is_used_as_it_is() {
        let chatml = template(CHATML);
        assert_eq!(chatml.source(), &TemplateSource::File);
        assert_eq!(
            chatml.render(&hello()).unwrap(),
            "<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n"
        );
    }

    #[test]
    fn python_methods_in_templates_work() {
        let python = template("{{ messages[0]['content'].strip().upper().split('L')[-1] }}");
        assert_eq!(python.source(), &TemplateSource::File);
        assert_eq!(python.render(&hello()).unwrap(), "O");
    }

    #[test]
    fn f08_hostile_templates_are_replaced_by_the_plain_one_within_half_a_second() {
        let hostile = [
            "{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}",
            "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}",
            "{{ 'x' * 100000000 }}",
            "{% set ns = namespace(t='xxxxxxxxxxxxxxxx') %}{% for i in range(20) %}{% set ns.t = ns.t + ns.t %}{% endfor %}{{ ns.t }}",
            "{{ raise_exception('this model is locked') }}",
            "{% for %}",
            "{{ nothing.of.that }}",
        ];
        for text in hostile {
            let start = Instant::now();
            let replaced = template(text);
            assert!(
                matches!(replaced.source(), TemplateSource::Broken(_)),
                "{text}"
            );
            assert_eq!(
                replaced.render(&hello()).unwrap(),
                "User: Hello\n\nAssistant:"
            );
            assert!(start.elapsed() < Duration::from_millis(500), "{text}");
        }
    }

    #[test]
    fn a_system_message_that_the_template_refuses_goes_in_front_of_the_first_question() {
        let strict = template(
            "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system') }}\
             {% endif %}[{{ m.content }}]{% endfor %}",
        );
        let mut messages = hello();
        messages.insert(
            0,
            Message {
                role: Role::System,
                content: "Be brief.".into(),
            },
        );
        assert_eq!(strict.render(&messages).unwrap(), "[Be brief.\n\nHello]");
        assert_eq!(strict.render(&hello()).unwrap(), "[Hello]");
    }

    #[test]
    fn a_model_without_a_template_gets_the_plain_one() {
        let plain = Template::new(None, String::new(), String::new());
        assert_eq!(plain.source(), &TemplateSource::Absent);
        assert_eq!(plain.stops(), ["\nUser:", "\nSystem:"]);
    }
}
