//! The contract in TypeScript: `ui/src/ipc/generated.ts`.

use super::described::Command;
use std::{any::TypeId, collections::BTreeMap, collections::HashSet};
use ts_rs::{Config, TS, TypeVisitor};

const HEAD: &str = "\
// The words of the contract between the shell and the user interface.
// Generated from Rust (src-tauri/src/contract) by `cargo xtask bindings`: do not edit.
";

/// The whole file.
pub fn write() -> String {
    // Times and counts: JSON numbers, far below 2^53.
    let config = Config::new().with_large_int("number");
    let mut types = Types { config: &config, seen: HashSet::new(), declared: BTreeMap::new() };
    super::visit(&mut types);
    let mut file = HEAD.to_owned();
    for declaration in types.declared.values() {
        file.push('\n');
        file.push_str(declaration);
    }
    file.push_str("\n/** What the shell can be asked. Every command rejects with a `CommandError`. */\nexport type Commands = {\n");
    for command in super::commands(&config) {
        file.push_str(&format!("  {}: {{ args: {}; reply: {} }};\n", command.name, arguments(&command), command.reply));
    }
    file.push_str("};\n\n/** What the shell tells by itself. */\nexport type Events = {\n");
    for event in super::events(&config) {
        file.push_str(&format!("  {}: {};\n", event.name, event.payload));
    }
    file.push_str("};\n");
    file
}

/// Tauri takes arguments in camel case.
fn arguments(command: &Command) -> String {
    if command.arguments.is_empty() {
        return "Record<never, never>".to_owned();
    }
    let list: Vec<String> = command
        .arguments
        .iter()
        .map(|argument| {
            let mark = if argument.optional { "?" } else { "" };
            format!("{}{mark}: {}", camel(argument.name), argument.kind)
        })
        .collect();
    format!("{{ {} }}", list.join("; "))
}

fn camel(snake: &str) -> String {
    let mut words = snake.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut name, word| {
        let mut letters = word.chars();
        name.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        name.push_str(letters.as_str());
        name
    })
}

/// Collects the declaration of every type that is reached.
struct Types<'a> {
    config: &'a Config,
    seen: HashSet<TypeId>,
    declared: BTreeMap<String, String>,
}

impl TypeVisitor for Types<'_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        // Only derived types have a place to be written to; vectors and options are written where they are used.
        if T::output_path().is_some() {
            let (name, declaration) = (T::ident(self.config), format!("export {}\n", T::decl(self.config)));
            let declaration = match T::docs() {
                Some(docs) => format!("{}\n{declaration}", docs.trim_end()),
                None => declaration,
            };
            if let Some(other) = self.declared.insert(name.clone(), declaration.clone()) {
                assert_eq!(other, declaration, "BUG: two types of the contract are called {name}");
            }
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, path::Path};

    /// `RINGCARD_WRITE_BINDINGS=1 cargo test -p ringcard bindings` (or `cargo xtask bindings`) writes the file.
    #[test]
    fn the_committed_bindings_are_those_of_this_contract() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/ipc/generated.ts");
        let fresh = write();
        if std::env::var_os("RINGCARD_WRITE_BINDINGS").is_some() {
            fs::write(&path, &fresh).expect("the bindings can be written");
        }
        let committed = fs::read_to_string(&path).expect("the bindings can be read").replace("\r\n", "\n");
        assert!(committed == fresh, "ui/src/ipc/generated.ts is out of date: run `cargo xtask bindings`");
    }

    #[test]
    fn arguments_are_written_as_tauri_reads_them() {
        assert_eq!(camel("call_id"), "callId");
        assert_eq!(camel("text"), "text");
        let commands = super::super::commands(&Config::new().with_large_int("number"));
        let show_main = commands.iter().find(|command| command.name == "show_main").expect("it is in the list");
        assert_eq!(
            arguments(show_main),
            "{ section: Section; customerId?: CustomerId | null; prefillNumber?: string | null; callId?: CallId | null; \
             callbacks?: boolean | null }"
        );
    }
}
