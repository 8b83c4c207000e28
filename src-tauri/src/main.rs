#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    #[cfg(target_os = "linux")]
    choose_renderer();
    ringcard_app::run()
}

/// Draws the web views in software unless the user chose otherwise: the first card is painted in 10 to 20 ms instead of
/// more than 100, and the two web views take a quarter less memory (docs/performance.md).
#[cfg(target_os = "linux")]
fn choose_renderer() {
    const CHOICES: [&str; 3] =
        ["WEBKIT_DISABLE_DMABUF_RENDERER", "WEBKIT_DISABLE_COMPOSITING_MODE", "WEBKIT_SKIA_ENABLE_CPU_RENDERING"];
    if CHOICES.iter().all(|choice| std::env::var_os(choice).is_none()) {
        // SAFETY: the first statement of `main`: no other thread exists that could read the environment.
        #[allow(unsafe_code, reason = "the web view reads its environment, and there is no other way to tell it")]
        unsafe {
            std::env::set_var(CHOICES[0], "1");
        }
    }
}
