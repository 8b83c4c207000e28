//! From the command line to a running app, in the order that has it ready for calls soonest.

use crate::{
    arguments::{self, Arguments, DemoMode, Wish},
    audio,
    commands::files,
    contract, demo, hotkey, identity,
    installation::{Installation, StartSettings, Starting},
    login, logs, main_window, notify,
    popup::{self, Placement, Popup},
    secrets::Keyring,
    shell::Shell,
    terminal, tray,
};
use ringcard_desk::Desk;
use ringcard_hub::{config::Places, own_files};
use std::{process::ExitCode, sync::Arc, time::Duration};
use tauri::{App, AppHandle, Manager, RunEvent, WindowEvent};
use tokio::task::JoinHandle;

/// Seconds before the n-th repetition of opening what is not open. The first is soon: the app that was replaced just now
/// has the folder for up to three seconds more.
const OPEN_AGAIN: [u64; 6] = [1, 1, 2, 4, 8, 15];
/// While everything is open: a changed setting may need what another program has.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// What a start with a number or a link wants is done, or asked, once; the app that runs already takes it over.
pub fn run(arguments: Arguments) -> ExitCode {
    if !has_screen() {
        eprintln!("Ringcard needs a graphical desktop: neither DISPLAY nor WAYLAND_DISPLAY is set.");
        return ExitCode::FAILURE;
    }
    let places = Places::desk();
    logs::start(&places.data_dir);
    // One for the whole program; every TLS connection uses it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let name = identity::of(&arguments);
    identity::take(&name);
    let mut context = tauri::generate_context!();
    if identity::IS_CONFIGURED {
        context.config_mut().identifier.clone_from(&name);
    }
    let builder = tauri::Builder::default()
        // First: a second start ends here.
        .plugin(single_instance(&name))
        .plugin(tauri_plugin_deep_link::init());
    let built = login::prepare(builder)
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .invoke_handler(contract::handler())
        .register_asynchronous_uri_scheme_protocol(audio::SCHEME, audio::answer)
        .setup(move |app| Ok(set_up(app, places, arguments)?))
        .build(context);
    match built {
        Ok(app) => {
            app.run(happened);
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!(%error, "Ringcard cannot start");
            terminal::cannot_start(&format!("Ringcard cannot start: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Without one the window system's library would panic.
fn has_screen() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(not(target_os = "linux")) || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

/// A second start hands its wish to the first, and ends.
fn single_instance(name: &str) -> tauri::plugin::TauriPlugin<tauri::Wry> {
    tauri_plugin_single_instance::Builder::new()
        .callback(|app, argv, _folder| started_again(app, argv.into_iter().skip(1)))
        .dbus_id(name)
        .build()
}

fn set_up(app: &mut App, places: Places, arguments: Arguments) -> tauri::Result<()> {
    let runtime = tauri::async_runtime::handle();
    let _inside = runtime.inner().enter();
    let handle = app.handle().clone();
    // What the web view keeps is made by the platform's library, as open as the umask is.
    if let Ok(folder) = app.path().app_local_data_dir() {
        own_files::keep_folder(&folder);
    }
    let keyring = Arc::new(Keyring::new(&places.config_dir));
    let start_settings = StartSettings::read(places, keyring.clone(), false);
    let starting = Arc::new(Starting);
    let (desk, desk_task) = Desk::start(start_settings.preferences(), starting);
    report_end("the desk", desk_task);
    let placement = Placement::of(&start_settings.settings().desk);
    // The hub opens while the windows are made: they share nothing, and both take their time.
    let work = match demo_mode(&arguments) {
        Some(mode) => Work::Demo(start_settings.places, mode),
        None => Work::Installation(runtime.inner().spawn(Installation::open(start_settings))),
    };

    let shell = Shell::new(handle.clone(), desk.clone(), keyring);
    app.manage(shell.clone());
    let (popup, owner) = Popup::create(&handle, &desk, shell.ears.popup.clone(), placement)?;
    shell.has_popup(popup);
    report_end("the popup", runtime.inner().spawn(owner.run()));
    hotkey::prepare(&handle);
    if let Some(tray) = tray::create(&handle) {
        report_end("the tray", runtime.inner().spawn(tray::follow(handle.clone(), tray)));
    }
    report_end("the main window", runtime.inner().spawn(main_window::follow(desk, shell.ears.main.clone())));
    report_end("notifications", runtime.inner().spawn(notify::follow(handle)));

    #[cfg(unix)]
    runtime.inner().spawn(end_when_told(shell.clone()));
    let show_main = !arguments.hidden && arguments.dial.is_none() && arguments.link.is_none();
    if show_main {
        shell.main.show(None);
    }
    runtime.inner().spawn(begin(shell, work, arguments));
    Ok(())
}

/// What the app is started for.
enum Work {
    Installation(JoinHandle<Installation>),
    Demo(Places, DemoMode),
}

async fn begin(shell: Shell, work: Work, arguments: Arguments) {
    match work {
        Work::Demo(places, mode) => {
            if let Err(error) = demo::run(&shell, places, mode).await {
                tracing::error!(%error, "the demo does not start");
                println!("demo: failed: {error}");
                shell.notice("internal", error.to_string());
            }
        }
        Work::Installation(opening) => match opening.await {
            Ok(installation) => {
                shell.move_into(installation).await;
                if let Some(number) = arguments.dial {
                    shell.dial_from_outside(number).await;
                }
                if let Some(link) = arguments.link {
                    shell.link(link).await;
                }
                tokio::join!(late_secrets(&shell), late_openings(&shell));
            }
            Err(panic) => {
                tracing::error!(%panic, "what was set up could not be opened");
                shell.notice("internal", panic.to_string());
            }
        },
    }
}

/// `RINGCARD_DEMO_ENDS` makes a tour of any demo, for machines without a person in front.
fn demo_mode(arguments: &Arguments) -> Option<DemoMode> {
    arguments.demo.map(|mode| if std::env::var_os("RINGCARD_DEMO_ENDS").is_some() { DemoMode::Tour } else { mode })
}

/// A keyring that had to be unlocked first: its accounts work from then on.
async fn late_secrets(shell: &Shell) {
    let mut late_answers = shell.keyring.late_answers();
    while late_answers.changed().await.is_ok() {
        // Just now the demo may be moving in or out; what was set up is read anew when it comes back.
        if let Ok(mut installation) = shell.installation().await {
            installation.accounts_again().await;
        }
    }
}

/// What could not be opened is tried again until it opens: another program had the folder or a file, the disk was full.
async fn late_openings(shell: &Shell) {
    let mut tries = 0;
    loop {
        let Ok(mut installation) = shell.installation().await else {
            tokio::time::sleep(LOOK_AGAIN).await;
            continue;
        };
        let wait = if installation.is_waiting() {
            if tries > 0 && installation.try_again().await {
                shell.use_installation(&installation, true).await;
            }
            tries += 1;
            Duration::from_secs(OPEN_AGAIN[(tries - 1).min(OPEN_AGAIN.len() - 1)])
        } else {
            tries = 0;
            LOOK_AGAIN
        };
        drop(installation);
        tokio::time::sleep(wait).await;
    }
}

/// A logout, or whoever started it in a terminal: what is in flight gets its time to finish.
#[cfg(unix)]
async fn end_when_told(shell: Shell) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminated), Ok(mut interrupted)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return;
    };
    tokio::select! {
        _ = terminated.recv() => {}
        _ = interrupted.recv() => {}
    }
    shell.quit();
}

/// Somebody started Ringcard while it runs: a link, the command line, or a click on its icon.
fn started_again(app: &AppHandle, arguments: impl Iterator<Item = String>) {
    let shell = app.state::<Shell>().inner().clone();
    match arguments::read(arguments) {
        Ok(Wish::Run(Arguments { dial: Some(number), .. })) => {
            tauri::async_runtime::spawn(async move { shell.dial_from_outside(number).await });
        }
        Ok(Wish::Run(Arguments { link: Some(link), .. })) => {
            tauri::async_runtime::spawn(async move { shell.link(link).await });
        }
        Ok(Wish::Run(Arguments { hidden: true, .. })) => {}
        _ => {
            // Windows are made on the window system's own thread only while it is free.
            tauri::async_runtime::spawn(async move { shell.main.show(None) });
        }
    }
}

fn happened(app: &AppHandle, event: RunEvent) {
    match event {
        // The last window is gone, the app lives in the tray; `Shell::quit` gives a code.
        RunEvent::ExitRequested { code: None, api, .. } => api.prevent_exit(),
        // Windows ends the session or an installer the app, and macOS the app: this is the last that is heard.
        RunEvent::Exit => {
            if let Some(shell) = app.try_state::<Shell>() {
                shell.end_now();
            }
        }
        RunEvent::WindowEvent { label, event: WindowEvent::Destroyed, .. } if label == main_window::LABEL => {
            let shell = app.state::<Shell>();
            shell.main.closed();
            if files::running(&shell).is_some() {
                notify::import_goes_on(&shell);
            }
        }
        RunEvent::WindowEvent { label, event: WindowEvent::Destroyed, .. } if label == popup::LABEL => {
            tracing::error!("the popup's window is gone");
        }
        // A click on the dock's icon.
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { has_visible_windows: false, .. } => app.state::<Shell>().main.show(None),
        // macOS gives links to the running program only this way.
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => {
            for url in urls {
                let shell = app.state::<Shell>().inner().clone();
                let link = arguments::number_of(url.as_str());
                tauri::async_runtime::spawn(async move { shell.link(link).await });
            }
        }
        _ => {}
    }
}

/// These tasks live as long as the app: an earlier end is a panic, and somebody should hear of it.
fn report_end(name: &'static str, task: JoinHandle<()>) {
    tauri::async_runtime::spawn(async move {
        match task.await {
            Err(error) if error.is_panic() => tracing::error!(%error, "{name} broke down: please restart Ringcard"),
            _ => tracing::debug!("{name} ended"),
        }
    });
}
