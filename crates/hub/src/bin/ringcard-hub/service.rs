//! The hub as a service of Windows: `service install`, `uninstall`, `start`, `stop`, and `run`, which Windows itself calls.
//!
//! It starts by itself, a little after the machine; runs as an account of its own, which may read its settings and change its
//! data and nothing else; and is started again when it fails. What it is called and where its files are: [`ringcard_hub::service`].

use crate::{Answer, Failure, installation::Installation, serve, stop::Stop};
use clap::Subcommand;
use ringcard_hub::{
    config::Places,
    logs::{
        self,
        file::{FULL, LogFile},
    },
    own_files::{self, for_service},
    service::{self, ACCOUNT, BEGINS_WITHIN, DESCRIPTION, ENDS_WITHIN, LOG, NAME, SHOWN_AS},
};
use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::OnceLock,
    thread::sleep,
    time::{Duration, Instant},
};
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};
use windows_service::{
    Error,
    service::{
        Service, ServiceAccess, ServiceAction, ServiceActionType, ServiceControl, ServiceControlAccept,
        ServiceErrorControl, ServiceExitCode, ServiceFailureActions, ServiceFailureResetPeriod, ServiceInfo,
        ServiceStartType, ServiceState, ServiceStatus, ServiceType,
    },
    service_control_handler::{self, ServiceControlHandlerResult, ServiceStatusHandle},
    service_dispatcher,
    service_manager::{ServiceManager, ServiceManagerAccess},
};

/// Between two looks at a service that starts or stops.
const LOOK_AGAIN: Duration = Duration::from_millis(250);
/// Of its log are shown where it did not start.
const LINES: usize = 10;

/// Windows' own numbers: no such service, it runs already, it does not run.
const NOT_INSTALLED: i32 = 1060;
const RUNS_ALREADY: i32 = 1056;
const DOES_NOT_RUN: i32 = 1062;
const IS_THERE: i32 = 1073;

#[derive(Subcommand)]
pub enum Command {
    /// Makes the service and its folders, or brings them up to date; it starts with the machine.
    Install,
    /// Stops the service and takes it away; settings and data stay.
    Uninstall,
    /// Starts it now.
    Start,
    /// Stops it, until it is started or the machine is.
    Stop,
    /// What Windows itself calls.
    #[command(hide = true)]
    Run,
}

/// What an administrator does with the service.
pub fn manage(command: Command, config: Option<PathBuf>) -> Result<Answer, Failure> {
    if !own_files::is_elevated() {
        return Err(service::ELEVATED.into());
    }
    match command {
        Command::Install => install(config),
        Command::Uninstall => uninstall(),
        Command::Start => start(),
        Command::Stop => stop(),
        Command::Run => Err("Windows starts this itself: ringcard-hub service start".into()),
    }
}

fn install(config: Option<PathBuf>) -> Result<Answer, Failure> {
    let own = Places::of_service().ok_or("Windows names no folder for programs' data (%ProgramData%).")?;
    let settings = match config {
        Some(file) => std::path::absolute(file)?,
        None => own.hub_file(),
    };
    let mut text = String::new();
    if settings == own.hub_file() {
        for_service::make(&own.config_dir, &own.data_dir)?;
        if !settings.exists() {
            own_files::write(&settings, service::FIRST_SETTINGS)
                .map_err(|error| format!("{} cannot be written: {error}.", settings.display()))?;
            text = format!("Write your settings into {}: nothing is set up there yet.\n", settings.display());
        }
    } else {
        text = in_a_place_of_its_own(&settings)?;
    }
    let installed = register(&settings)?;
    Ok(Answer::well(format!(
        "{installed}, with the settings {}, as {ACCOUNT}. It starts with the machine, and now by: ringcard-hub service \
         start\n{text}",
        settings.display()
    )))
}

/// Somebody else's folder has the lists that its administrator chose: what the service needs there is theirs to give.
fn in_a_place_of_its_own(settings: &Path) -> Result<String, Failure> {
    let installation = Installation::find(Some(settings.to_owned()))?;
    let read = installation.settings()?;
    if read.data_dir.is_none() {
        return Err(format!(
            "{} names no data_dir: with settings in a place of their own, say where the service keeps its data.",
            settings.display()
        )
        .into());
    }
    let (home, data) = (installation.config_dir(), installation.data_dir(&read));
    Ok(format!(
        "Its account may use these folders only when you let it in:\n  {}\n  {}\n",
        service::lets_in(home, false),
        service::lets_in(&data, true)
    ))
}

fn register(settings: &Path) -> Result<&'static str, Failure> {
    let manager = manager(ServiceManagerAccess::CONNECT | ServiceManagerAccess::CREATE_SERVICE)?;
    let info = ServiceInfo {
        name: NAME.into(),
        display_name: SHOWN_AS.into(),
        service_type: ServiceType::OWN_PROCESS,
        start_type: ServiceStartType::AutoStart,
        error_control: ServiceErrorControl::Normal,
        executable_path: env::current_exe()?,
        launch_arguments: service::arguments(settings),
        dependencies: Vec::new(),
        account_name: Some(ACCOUNT.into()),
        account_password: None,
    };
    // To set what is done after failures, which is to start it, one must be allowed to start it.
    let access = ServiceAccess::CHANGE_CONFIG | ServiceAccess::QUERY_STATUS | ServiceAccess::START;
    let (made, said) = match manager.create_service(&info, access) {
        Err(error) if code_of(&error) == Some(IS_THERE) => {
            let there = manager.open_service(NAME, access).map_err(in_words)?;
            there.change_config(&info).map_err(in_words)?;
            (there, "The service is brought up to date")
        }
        made => (made.map_err(in_words)?, "The service is installed"),
    };
    let start = |delay| ServiceAction { action_type: ServiceActionType::Restart, delay };
    let actions = ServiceFailureActions {
        reset_period: ServiceFailureResetPeriod::After(service::FORGOTTEN_AFTER),
        reboot_msg: None,
        command: None,
        actions: Some(service::STARTED_AGAIN_AFTER.map(start).to_vec()),
    };
    made.set_description(DESCRIPTION)
        .and_then(|()| made.set_delayed_auto_start(true))
        .and_then(|()| made.update_failure_actions(actions))
        // Also when it ends by itself and says that something is wrong.
        .and_then(|()| made.set_failure_actions_on_non_crash_failures(true))
        .map_err(in_words)?;
    Ok(said)
}

fn uninstall() -> Result<Answer, Failure> {
    let access = ServiceAccess::QUERY_STATUS | ServiceAccess::STOP | ServiceAccess::DELETE;
    let Some(there) = find(access)? else { return Ok(Answer::well("The hub is not installed as a service.\n")) };
    end(&there)?;
    there.delete().map_err(in_words)?;
    let kept = Places::of_service().map(|own| own.config_dir).filter(|home| home.exists());
    let kept = kept.map(|home| format!(" Settings and data stay in {}.", home.display())).unwrap_or_default();
    Ok(Answer::well(format!("The service is taken away.{kept}\n")))
}

fn start() -> Result<Answer, Failure> {
    let there = find(ServiceAccess::QUERY_STATUS | ServiceAccess::START)?.ok_or_else(|| said_of(NOT_INSTALLED))?;
    match there.start::<&str>(&[]) {
        Err(error) if code_of(&error) == Some(RUNS_ALREADY) => return Ok(Answer::well("The hub runs already.\n")),
        started => started.map_err(in_words)?,
    }
    match wait(&there, ServiceState::Running, BEGINS_WITHIN)? {
        ServiceState::Running => Ok(Answer::well("The hub runs.\n")),
        _ => Err(format!("The hub did not start.{}", last_of_log()).into()),
    }
}

fn stop() -> Result<Answer, Failure> {
    let there = find(ServiceAccess::QUERY_STATUS | ServiceAccess::STOP)?.ok_or_else(|| said_of(NOT_INSTALLED))?;
    let said = if end(&there)? { "The hub is stopped.\n" } else { "The hub was not running.\n" };
    Ok(Answer::well(said))
}

/// Stops it and waits until it is; whether it ran.
fn end(there: &Service) -> Result<bool, Failure> {
    match there.stop() {
        Err(error) if code_of(&error) == Some(DOES_NOT_RUN) => return Ok(false),
        asked => asked.map_err(in_words)?,
    };
    match wait(there, ServiceState::Stopped, ENDS_WITHIN + LOOK_AGAIN)? {
        ServiceState::Stopped => Ok(true),
        _ => Err("The hub does not stop. Its process is ringcard-hub.exe.".into()),
    }
}

/// Looks until it is what was wanted, or stopped, or the time is over; what it is then.
fn wait(there: &Service, wanted: ServiceState, at_most: Duration) -> Result<ServiceState, Failure> {
    let until = Instant::now() + at_most;
    loop {
        let state = there.query_status().map_err(in_words)?.current_state;
        if state == wanted || state == ServiceState::Stopped || Instant::now() >= until {
            return Ok(state);
        }
        sleep(LOOK_AGAIN);
    }
}

fn last_of_log() -> String {
    let Some(own) = Places::of_service() else { return String::new() };
    let file = own.data_dir.join(LOG);
    let text = fs::read(&file).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    match service::last_lines(&text, LINES) {
        lines if lines.is_empty() => " Look at the event log: eventvwr".to_owned(),
        lines => format!(" Its log says ({}):\n{lines}", file.display()),
    }
}

fn manager(access: ServiceManagerAccess) -> Result<ServiceManager, Failure> {
    ServiceManager::local_computer(None::<&str>, access).map_err(in_words)
}

fn find(access: ServiceAccess) -> Result<Option<Service>, Failure> {
    match manager(ServiceManagerAccess::CONNECT)?.open_service(NAME, access) {
        Err(error) if code_of(&error) == Some(NOT_INSTALLED) => Ok(None),
        found => Ok(Some(found.map_err(in_words)?)),
    }
}

fn code_of(error: &Error) -> Option<i32> {
    match error {
        Error::Winapi(error) => error.raw_os_error(),
        _ => None,
    }
}

fn said_of(code: i32) -> Failure {
    service::refused(code).unwrap_or("Windows refused that.").into()
}

fn in_words(error: Error) -> Failure {
    match (code_of(&error).and_then(service::refused), error) {
        (Some(said), _) => said.into(),
        (None, Error::Winapi(error)) => error.into(),
        (None, error) => error.into(),
    }
}

/// What Windows tells the service's main function nothing of.
static SETTINGS: OnceLock<Option<PathBuf>> = OnceLock::new();

/// As Windows starts it. Ends when the service does.
pub fn run(config: Option<PathBuf>) -> ExitCode {
    SETTINGS.get_or_init(|| config);
    match service_dispatcher::start(NAME, service_main) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => crate::failed(&"Windows starts this itself: ringcard-hub service start".into()),
    }
}

/// On a thread of Windows'; nobody waits for what it returns but for the states it says.
extern "system" fn service_main(_count: u32, _arguments: *mut *mut u16) {
    let (asks, stop) = Stop::by_word();
    let told = OnceLock::<ServiceStatusHandle>::new();
    let told: &'static OnceLock<ServiceStatusHandle> = Box::leak(Box::new(told));
    let hears = move |control| match control {
        ServiceControl::Interrogate => ServiceControlHandlerResult::NoError,
        ServiceControl::Stop | ServiceControl::Shutdown | ServiceControl::Preshutdown => {
            if let Some(told) = told.get() {
                say(told, ServiceState::StopPending, 0);
            }
            // It was said already.
            let _ = asks.try_send(());
            ServiceControlHandlerResult::NoError
        }
        _ => ServiceControlHandlerResult::NotImplemented,
    };
    let Ok(handle) = service_control_handler::register(NAME, hears) else { return };
    let handle = *told.get_or_init(|| handle);
    say(&handle, ServiceState::StartPending, 0);
    let failed = serve_until(stop, || say(&handle, ServiceState::Running, 0));
    say(&handle, ServiceState::Stopped, u32::from(failed.is_err()));
}

fn serve_until(stop: Stop, begun: impl FnOnce()) -> Result<(), Failure> {
    let installation = Installation::find(SETTINGS.get().cloned().flatten());
    let own = Places::of_service().map(|own| own.data_dir);
    let folder = installation.as_ref().ok().map(|found| found.start.data_dir().to_owned()).or(own);
    log(folder.as_deref());
    let served = installation.and_then(|mut installation| {
        let runtime = tokio::runtime::Runtime::new()?;
        runtime.block_on(serve::serve(&mut installation, stop, begun))
    });
    served.map(drop).inspect_err(|failure| tracing::error!("{failure}"))
}

/// `RUST_LOG` chooses, as on a console.
fn log(folder: Option<&Path>) {
    let file =
        folder.ok_or_else(|| io::Error::other("no folder")).and_then(|folder| LogFile::open(folder.join(LOG), FULL));
    if let Ok(file) = file {
        tracing_subscriber::registry().with(logs::lines("info", file, false, true)).init();
    }
}

fn say(told: &ServiceStatusHandle, state: ServiceState, code: u32) {
    let listens = match state {
        // Before a shutdown there is more time than in one.
        ServiceState::Running => ServiceControlAccept::STOP | ServiceControlAccept::PRESHUTDOWN,
        ServiceState::StartPending => ServiceControlAccept::STOP,
        _ => ServiceControlAccept::empty(),
    };
    let wait_hint = match state {
        ServiceState::StartPending => BEGINS_WITHIN,
        ServiceState::StopPending => ENDS_WITHIN,
        _ => Duration::ZERO,
    };
    let said = told.set_service_status(ServiceStatus {
        service_type: ServiceType::OWN_PROCESS,
        current_state: state,
        controls_accepted: listens,
        exit_code: if code == 0 { ServiceExitCode::NO_ERROR } else { ServiceExitCode::ServiceSpecific(code) },
        checkpoint: u32::from(wait_hint > Duration::ZERO),
        wait_hint,
        process_id: None,
    });
    if let Err(error) = said {
        tracing::warn!(%error, "Windows did not take what the service is doing");
    }
}
