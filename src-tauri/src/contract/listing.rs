//! The macro that turns the list of [`super`] into Tauri commands, event names and their descriptions.

use super::CommandError;

/// What every command answers.
pub(super) type Answer<T> = Result<T, CommandError>;

macro_rules! contract {
    (
        commands { $( $command:ident( $( $argument:ident: $kind:ty ),* $(,)? ) -> $reply:ty = $act:path; )* }
        events { $( $window:ident { $( $event:ident: $payload:ty; )* } )* }
    ) => {
        /// The commands as Tauri knows them.
        mod made {
            use super::*;
            $(
                #[tauri::command]
                pub async fn $command(
                    shell: tauri::State<'_, Shell>,
                    $( $argument: $kind, )*
                ) -> listing::Answer<$reply> {
                    $act(&shell, $( $argument ),*).await
                }
            )*

            /// A window's page listens from now on.
            #[tauri::command]
            pub async fn hear(
                window: tauri::WebviewWindow,
                shell: tauri::State<'_, Shell>,
                to: tauri::ipc::Channel<tauri::ipc::InvokeResponseBody>,
            ) -> listing::Answer<()> {
                shell.ears.hear(window.label(), to)
            }
        }

        /// What Tauri calls for every command of the list.
        pub fn handler() -> impl Fn(tauri::ipc::Invoke<tauri::Wry>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![made::hear, $( made::$command ),*]
        }

        /// The events, each with its payload and the one window that hears it: the only way one is sent.
        pub mod event {
            use super::*;
            $( $(
                pub fn $event(to: &Ear<$window>, payload: &$payload) {
                    to.tell(stringify!($event), payload);
                }
            )* )*
        }

        /// Which window hears which event.
        #[cfg(test)]
        pub const EVENTS: &[(&str, &str)] = &[$( $( (stringify!($window), stringify!($event)) ),* ),*];

        /// Every command, described.
        #[cfg(test)]
        pub(super) fn commands(config: &ts_rs::Config) -> Vec<described::Command> {
            #[allow(unused_imports, reason = "whether an argument may be left out is asked of a type or of the trait")]
            use described::MayBeLeftOut;
            vec![$(
                described::Command {
                    name: stringify!($command),
                    arguments: vec![$(
                        described::Argument {
                            name: stringify!($argument),
                            kind: described::name_of::<$kind>(config),
                            optional: described::Of::<$kind>::OPTIONAL,
                        }
                    ),*],
                    reply: described::name_of::<$reply>(config),
                }
            ),*]
        }

        /// Every event, described.
        #[cfg(test)]
        pub(super) fn events(config: &ts_rs::Config) -> Vec<described::Event> {
            vec![$( $( described::Event { name: stringify!($event), payload: described::name_of::<$payload>(config) } ),* ),*]
        }

        /// Shows every type of the list to a visitor.
        #[cfg(test)]
        pub(super) fn visit(visitor: &mut impl ts_rs::TypeVisitor) {
            visitor.visit::<CommandError>();
            $( $( visitor.visit::<$kind>(); )* visitor.visit::<$reply>(); )*
            $( $( visitor.visit::<$payload>(); )* )*
        }
    };
}

pub(super) use contract;
