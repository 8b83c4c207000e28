//! On Windows AltGr is Ctrl and Alt together: a hotkey with both may be how a letter is typed, `@` or `ñ`, and would take it
//! from every program.

use tauri_plugin_global_shortcut::{Code, Modifiers, Shortcut};
use windows::Win32::UI::Input::KeyboardAndMouse::{
    GetKeyboardLayoutList, HKL, MAPVK_VK_TO_VSC, MapVirtualKeyExW, ToUnicodeEx, VIRTUAL_KEY, VK_CONTROL, VK_LCONTROL,
    VK_MENU, VK_RMENU, VK_SHIFT,
};

/// More keyboards than anybody changes between.
const LAYOUTS: usize = 32;

/// Asks what a key would type without typing it.
const LEAVES_THE_KEYBOARD_ALONE: u32 = 1 << 2;

/// What this key types on one of the person's keyboards.
pub fn letter_of(key: &Shortcut) -> Option<char> {
    if key.mods & !Modifiers::SHIFT != Modifiers::CONTROL | Modifiers::ALT {
        return None;
    }
    let (code, shift) = (virtual_key(key.key)?, key.mods.contains(Modifiers::SHIFT));
    let mut layouts = [HKL::default(); LAYOUTS];
    // SAFETY: a list of as many places as it says.
    #[allow(unsafe_code, reason = "Windows has no other way")]
    let count = unsafe { GetKeyboardLayoutList(Some(&mut layouts)) };
    let count = usize::try_from(count).unwrap_or_default();
    layouts.iter().take(count).find_map(|layout| typed(code, shift, *layout))
}

fn typed(code: u16, shift: bool, layout: HKL) -> Option<char> {
    let mut keys = [0_u8; 256];
    let down = [VK_CONTROL, VK_LCONTROL, VK_MENU, VK_RMENU].into_iter().chain(shift.then_some(VK_SHIFT));
    down.for_each(|VIRTUAL_KEY(key)| keys[usize::from(key)] = 0x80);
    let mut letters = [0_u16; 8];
    // SAFETY: all places are as long as they say, and nothing is kept of them.
    #[allow(unsafe_code, reason = "Windows has no other way")]
    let count = unsafe {
        let scan = MapVirtualKeyExW(u32::from(code), MAPVK_VK_TO_VSC, Some(layout));
        ToUnicodeEx(u32::from(code), scan, &keys, &mut letters, LEAVES_THE_KEYBOARD_ALONE, Some(layout))
    };
    // Less than nothing: an accent that waits for its letter.
    let count = usize::try_from(count.abs()).unwrap_or_default().min(letters.len());
    let first = char::decode_utf16(letters.iter().copied().take(count)).next()?.ok()?;
    (!first.is_control() && !first.is_whitespace()).then_some(first)
}

/// Letters and digits: of the other keys none types with AltGr what cannot be typed otherwise, or no layout has it alike.
fn virtual_key(code: Code) -> Option<u16> {
    let name = code.to_string();
    let letter = name.strip_prefix("Key").or_else(|| name.strip_prefix("Digit"))?;
    match *letter.as_bytes() {
        [letter @ (b'A'..=b'Z' | b'0'..=b'9')] => Some(u16::from(letter)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringcard_hub::config::DeskSettings;

    #[test]
    fn only_keys_with_ctrl_and_alt_can_type_a_letter() {
        for key in ["Ctrl+V", "Alt+V", "Ctrl+Alt+F9", "Ctrl+Alt+Super+V", "Ctrl+Alt+Space"] {
            assert_eq!(letter_of(&key.parse().expect("a key")), None, "{key}");
        }
        let usual = DeskSettings::default().hotkey.expect("there is one");
        assert_eq!(letter_of(&usual.parse().expect("a key")), None, "the usual one is always free");
        assert_eq!((virtual_key(Code::KeyV), virtual_key(Code::Digit2)), (Some(0x56), Some(0x32)));
        assert_eq!((virtual_key(Code::Space), virtual_key(Code::F1)), (None, None));
    }
}
