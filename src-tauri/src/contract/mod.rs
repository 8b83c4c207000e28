//! The one list of what the user interface can have done and hear of: commands with their arguments and replies, and
//! events with the one window that hears them and their payloads.
//!
//! The Tauri commands themselves are made from this list, and `ui/src/ipc/generated.ts` is too ([`typescript`]): neither
//! side can speak of something the other does not know. A command takes its arguments, calls the function named beside
//! it, and returns; what it means is written there.

#[cfg(test)]
mod described;
mod error;
mod listing;
pub mod reviews;
mod tested;
#[cfg(test)]
mod typescript;
pub mod views;

pub use error::{CommandError, ShellErrorCode};
use listing::contract;

use crate::{
    chosen::{ChosenFile, FileHandle},
    commands::*,
    ears::{Ear, ToMain, ToPopup},
    quit::QuitQuestion,
    shell::Shell,
};
use ringcard_core::{
    Timestamp,
    call::CallId,
    control::ControlAct,
    customer::{Customer, CustomerAbout, CustomerDetails, CustomerId, CustomerSource, Match, NotTheirs},
    frame::{
        CallFilter, CallSearch, Callbacks, CampaignList, Codes, MadePrivate, OutboxFilter, OutboxPage, Records,
        SubmissionStory,
    },
    missed::{MissedAct, MissedId},
    note::{CallNote, NoteKey},
    pushed::PushNote,
    recording::{Recording, RecordingId},
    report::{NotCoded, SmartWait},
    submission::{Budget, OutboxAct, SubmissionKey, Write},
    ticket::Ticket as CustomerTicket,
    usage::{Usage, UsageRange},
};
use ringcard_desk::{
    DeskView, DialAnswer, PopView, audio::Ticket, forms::FormDrafts, left::LeftList, missed::MissedRows,
    own_callbacks::OwnCallbackView, pending::PendingListed, view::ListedCall, wrap_up::WrapUpDraft,
};
use ringcard_hub::{
    config::{QuietMode, SettingsPatch},
    directory::{
        DoneImport, Undone,
        import::{ImportChoices, ImportPreview, ImportProgress, LastImport, Unclear},
    },
};
use views::{
    AccountInput, CallStory, CallsPage, DemoRing, ExportAs, FoundPage, Navigate, Notice, NumberReport, PopupAction,
    Section, SettingsView, SharedHubInput, TestReport,
};

contract! {
    commands {
        // what there is
        view() -> DeskView = desk::view;
        pop_view() -> PopView = desk::pop_view;

        // the popup
        popup_ready() -> () = popup::ready;
        popup_painted(call_id: CallId, card_version: u32) -> () = popup::painted;
        popup_action(action: PopupAction) -> () = popup::action;
        popup_select(call_id: CallId) -> () = popup::select;
        popup_resize(height: u32) -> () = popup::resize;
        popup_keyboard() -> () = popup::keyboard;
        question_painted(id: u32) -> () = popup::question_painted;
        question_answer(id: u32, yes: bool) -> () = popup::question_answer;
        dial_from_card(text: String) -> DialAnswer = desk::dial_from_card;
        dismiss_call(call_id: CallId) -> () = popup::dismiss;

        // after a call
        wrap_up_draft(call_id: CallId, draft: WrapUpDraft) -> () = wrap_up::draft;
        wrap_up_finish(call_id: CallId) -> () = wrap_up::finish;
        wrap_up_skip(call_id: CallId) -> () = wrap_up::skip;
        show_wrap_ups() -> () = wrap_up::show;

        // promised call-backs, each named by its call
        own_callbacks() -> Vec<OwnCallbackView> = callbacks::list;
        callback_call(call_id: CallId, confirmed: bool, told: bool) -> DialAnswer = callbacks::call;
        callback_move(call_id: CallId, at: Timestamp) -> () = callbacks::move_to;
        callback_done(call_id: CallId) -> () = callbacks::done;
        callbacks_put_away() -> () = callbacks::put_away;

        // calls
        dial(text: String, confirmed: bool, told: bool) -> DialAnswer = desk::dial;
        dial_about(text: String, ticket: String, confirmed: bool, told: bool) -> DialAnswer = desk::dial_about;
        control(call_id: CallId, act: ControlAct) -> () = desk::control;
        end_here(call_id: CallId) -> () = desk::end_here;
        read_number(text: String) -> NumberReport = desk::read_number;
        calls(filter: CallFilter, before: Option<CallId>, limit: u32) -> CallsPage = desk::calls;
        find_calls(search: CallSearch, before: Option<CallId>, limit: u32) -> FoundPage = find::calls;
        customer_calls(customer: CustomerId, before: Option<CallId>, limit: u32) -> FoundPage = find::with_customer;
        export_calls(search: CallSearch) -> Option<String> = find::export;
        call(id: CallId) -> CallStory = desk::call;
        set_private(call_id: CallId, private: bool) -> MadePrivate = desk::set_private;
        recordings(call_id: CallId) -> Vec<Recording> = recordings::of_call;
        listen(recording: RecordingId) -> Ticket = recordings::listen;
        notes(call_id: CallId) -> Vec<CallNote> = notes::of_call;
        add_note(call_id: CallId, key: NoteKey, text: String) -> CallNote = notes::add;
        edit_note(call_id: CallId, key: NoteKey, text: String, version: u64) -> CallNote = notes::edit;
        approve_note(call_id: CallId, key: NoteKey, version: u64) -> CallNote = notes::approve;
        delete_note(call_id: CallId, key: NoteKey, version: u64) -> () = notes::delete;
        missed_seen() -> () = desk::missed_seen;
        missed_list() -> MissedRows = missed::list;
        missed_act(id: MissedId, act: MissedAct) -> () = missed::act;
        left() -> LeftList = left::list;
        left_of_team() -> Vec<ListedCall> = left::of_team;
        code_now(call_id: CallId) -> () = left::code_now;
        no_code_needed(call_id: CallId) -> () = left::no_code_needed;
        set_quiet(mode: QuietMode) -> () = settings::set_quiet;
        set_do_not_disturb(on: bool) -> () = settings::set_do_not_disturb;

        // customers
        search_customers(query: String, limit: u32) -> Vec<Match> = customers::search;
        customer(id: CustomerId) -> Customer = customers::get;
        save_customer(id: Option<CustomerId>, details: CustomerDetails, seen: Option<Timestamp>) -> Customer = customers::save;
        delete_customer(id: CustomerId) -> () = customers::delete;
        choose(call_id: CallId, customer: Option<CustomerId>) -> () = customers::choose;
        set_aside(call_id: CallId, customer: CustomerId) -> () = customers::set_aside;
        take_back(call_id: CallId, customers: Vec<CustomerId>) -> () = customers::take_back;
        number_not_theirs(customer: CustomerId, number: String) -> () = customers::number_not_theirs;
        number_theirs(customer: CustomerId, number: String) -> () = customers::number_theirs;
        not_theirs(customer: CustomerId) -> Vec<NotTheirs> = customers::not_theirs;
        open_link(customer_id: CustomerId) -> () = customers::open_link;
        customer_sources() -> Vec<CustomerSource> = customers::sources;
        search_source(source: String, query: String, limit: u32) -> Vec<Match> = customers::search_source;
        create_customer_in(source: String, details: CustomerDetails) -> Customer = customers::create_in;
        about_customer(id: CustomerId) -> CustomerAbout = customers::about;
        link_customers(one: CustomerId, other: CustomerId) -> () = customers::link;
        unlink_customers(one: CustomerId, other: CustomerId) -> () = customers::unlink;
        open_ticket(customer_id: CustomerId, ticket: String) -> () = customers::open_ticket;
        pick_import_file() -> Option<ChosenFile> = files::pick_import_file;
        import_preview(file: FileHandle, choices: ImportChoices) -> ImportPreview = files::import_preview;
        import_start(file: FileHandle, choices: ImportChoices) -> () = files::import_start;
        import_settle(unclear: Unclear) -> () = files::import_settle;
        import_cancel() -> () = files::import_cancel;
        import_last() -> Option<LastImport> = files::import_last;
        save_import_report() -> Option<String> = files::save_import_report;
        imports_done() -> Vec<DoneImport> = files::imports_done;
        import_undo(id: i64) -> Undone = files::import_undo;
        export_customers(format: ExportAs) -> Option<String> = files::export_customers;

        // what waits for the hub
        submit(write: Write, about: Option<String>) -> SubmissionKey = outbox::submit;
        pending(limit: u32) -> Vec<PendingListed> = outbox::pending;
        pending_retry(key: SubmissionKey) -> () = outbox::pending_retry;
        pending_discard(key: SubmissionKey) -> () = outbox::pending_discard;

        // what waits to be sent
        outbox(filter: OutboxFilter, before: Option<SubmissionKey>, limit: u32) -> OutboxPage = outbox::page;
        submission(key: SubmissionKey) -> SubmissionStory = outbox::submission;
        outbox_act(key: SubmissionKey, act: OutboxAct) -> () = outbox::act;
        budgets() -> Vec<Budget> = outbox::budgets;
        usage(account: Option<String>, range: UsageRange) -> Usage = outbox::usage;

        // campaigns and reports
        campaign_records(number: String) -> Records = outbox::records;
        codes(refresh: bool) -> Codes = outbox::codes;
        ticket(account: String, id: String) -> Option<CustomerTicket> = outbox::ticket;
        campaigns() -> CampaignList = outbox::campaigns;
        callbacks() -> Callbacks = outbox::callbacks;
        smart_wait(account: Option<String>, from: Timestamp, to: Timestamp) -> SmartWait = outbox::smart_wait;
        not_coded(account: Option<String>, from: Timestamp, to: Timestamp) -> Vec<NotCoded> = outbox::not_coded;

        // what is typed in the main window and not saved
        form_typed(place: String, typed: String, revision: u64) -> () = desk::form_typed;
        form_gone(place: String, revision: u64) -> () = desk::form_gone;
        form_drafts() -> FormDrafts = desk::form_drafts;

        // windows
        show_main(
            section: Section,
            customer_id: Option<CustomerId>,
            prefill_number: Option<String>,
            call_id: Option<CallId>,
            callbacks: Option<bool>,
        ) -> () = windows::show_main;
        quit(sure: bool) -> () = windows::quit;

        // settings
        settings() -> SettingsView = settings::view;
        save_settings(patch: SettingsPatch) -> SettingsView = settings::save;
        save_account(account: AccountInput) -> SettingsView = settings::save_account;
        remove_account(name: String) -> SettingsView = settings::remove_account;
        save_shared_hub(hub: SharedHubInput) -> SettingsView = settings::save_shared_hub;
        test_shared_hub() -> TestReport = tests::shared_hub;
        use_description(id: String, sha256: String) -> SettingsView = settings::use_description;
        test_account(name: String) -> TestReport = tests::account;
        sign_in(name: String) -> TestReport = tests::sign_in;
        test_incoming(name: String) -> TestReport = tests::incoming;
        test_secrets() -> TestReport = tests::secrets;
        copy_api_token() -> () = settings::copy_api_token;
        copy_incoming_address(account: String, kind: String) -> () = settings::copy_incoming_address;
        pushes(account: Option<String>) -> Vec<PushNote> = settings::pushes;
        choose_settings_file_defaults() -> () = settings::begin_with_defaults;

        // the demo
        start_demo() -> () = demo::start;
        stop_demo() -> () = demo::stop;
        demo_ring(kind: DemoRing) -> () = demo::ring;
    }

    events {
        ToPopup {
            pop: PopView;
        }
        ToMain {
            desk: DeskView;
            import_progress: ImportProgress;
            navigate: Navigate;
            confirm_quit: QuitQuestion;
            notice: Notice;
        }
    }
}
