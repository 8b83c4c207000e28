//! What of recordings is played, as the pages of the main window and of the card fetch it:
//! `ringcard-audio://localhost/{name}`, in ranges.
//!
//! The name is one the desk gave ([`ringcard_desk::audio`]): it is good for some minutes, opens one recording, and says
//! nothing of it. There is no other address, and no other window is answered. The platforms' media elements cannot play
//! from an app's own scheme everywhere, so the page asks for ranges itself.

use crate::{main_window, popup, shell::Shell};
use ringcard_core::{frame::RequestErrorCode, recording::asked_range};
use tauri::{
    Manager, UriSchemeContext, UriSchemeResponder, Wry,
    http::{HeaderValue, Request, Response, StatusCode, header},
};

/// As the page's policy names it (`tauri.conf.json`).
pub const SCHEME: &str = "ringcard-audio";

/// Answers one request of a page.
pub fn answer(context: UriSchemeContext<'_, Wry>, request: Request<Vec<u8>>, to: UriSchemeResponder) {
    let page = request.headers().get(header::ORIGIN).cloned();
    let own = [main_window::LABEL, popup::LABEL].contains(&context.webview_label());
    let shell = context.app_handle().try_state::<Shell>().filter(|_| own).map(|shell| shell.inner().clone());
    let Some(shell) = shell else { return to.respond(refused(StatusCode::FORBIDDEN, page)) };
    tauri::async_runtime::spawn(async move { to.respond(given(&shell, &request, page).await) });
}

async fn given(shell: &Shell, request: &Request<Vec<u8>>, page: Option<HeaderValue>) -> Response<Vec<u8>> {
    let name = request.uri().path().trim_start_matches('/');
    let Some(bytes) = shell.desk.audio_bytes(name) else { return refused(StatusCode::NOT_FOUND, page) };
    let asked = request.headers().get(header::RANGE).and_then(|range| range.to_str().ok());
    let Some((from, to)) = asked.map_or(Some((0, bytes)), |asked| asked_range(asked, bytes)) else {
        return refused(StatusCode::RANGE_NOT_SATISFIABLE, page);
    };
    let piece = match shell.desk.audio(name, from, to).await {
        Ok(piece) => piece,
        Err(error) => {
            tracing::warn!(code = ?error.code, "a part of a recording could not be played");
            let gone = matches!(error.code, RequestErrorCode::NotFound | RequestErrorCode::RecordingGone);
            return refused(if gone { StatusCode::NOT_FOUND } else { StatusCode::BAD_GATEWAY }, page);
        }
    };
    let until = piece.from + piece.bytes.len() as u64;
    let range = format!("bytes {}-{}/{}", piece.from, until.saturating_sub(1), piece.of);
    let answer = common(StatusCode::PARTIAL_CONTENT, page)
        .header(header::CONTENT_TYPE, "audio/wav")
        .header(header::CONTENT_RANGE, range)
        .body(piece.bytes);
    answer.unwrap_or_else(|_| refused(StatusCode::INTERNAL_SERVER_ERROR, None))
}

fn refused(status: StatusCode, page: Option<HeaderValue>) -> Response<Vec<u8>> {
    common(status, page).body(Vec::new()).unwrap_or_default()
}

/// The page has another origin than the scheme: only to the page that asks it is allowed to read the answer.
fn common(status: StatusCode, page: Option<HeaderValue>) -> tauri::http::response::Builder {
    let answer = Response::builder().status(status).header(header::CACHE_CONTROL, "no-store");
    match page {
        Some(page) => answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN, page),
        None => answer,
    }
}
