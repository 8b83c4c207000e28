//! What Windows is asked about files and who may do what with them, as text: the only place here that calls it by itself.

use crate::own_files::names::at_any_length;
use std::{
    ffi::c_void,
    fs::File,
    io,
    os::windows::{
        ffi::{OsStrExt, OsStringExt},
        io::{AsRawHandle, FromRawHandle, OwnedHandle},
    },
    path::{Path, PathBuf},
    ptr::{null, null_mut},
    sync::OnceLock,
};
use windows_sys::{
    Win32::{
        Foundation::{GENERIC_WRITE, INVALID_HANDLE_VALUE, LocalFree},
        Security::{
            Authorization::{
                ConvertSecurityDescriptorToStringSecurityDescriptorW, ConvertSidToStringSidW,
                ConvertStringSecurityDescriptorToSecurityDescriptorW, GetNamedSecurityInfoW, SDDL_REVISION_1,
                SE_FILE_OBJECT, SetNamedSecurityInfoW,
            },
            DACL_SECURITY_INFORMATION, GetSecurityDescriptorDacl, GetSecurityDescriptorOwner, GetTokenInformation,
            OWNER_SECURITY_INFORMATION, PROTECTED_DACL_SECURITY_INFORMATION, SECURITY_ATTRIBUTES, TOKEN_ELEVATION,
            TOKEN_QUERY, TOKEN_USER, TokenElevation, TokenUser,
        },
        Storage::FileSystem::{
            CREATE_NEW, CreateDirectoryW, CreateFileW, FILE_ATTRIBUTE_NORMAL, FILE_SHARE_DELETE, FILE_SHARE_READ,
            FILE_SHARE_WRITE,
        },
        System::Threading::{GetCurrentProcess, OpenProcessToken},
    },
    core::BOOL,
};

/// The list of a file or folder, and whose it is. A link is followed.
pub(super) fn of_path(path: &Path) -> io::Result<String> {
    let name = name_of(path)?;
    let mut descriptor = null_mut();
    // SAFETY: the name ends with a zero and lives through the call; of the places for answers only the last is wanted, and what
    // is put there is freed by `Local`.
    #[allow(unsafe_code)]
    let code = unsafe {
        GetNamedSecurityInfoW(
            name.as_ptr(),
            SE_FILE_OBJECT,
            OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
            null_mut(),
            null_mut(),
            null_mut(),
            null_mut(),
            &mut descriptor,
        )
    };
    done(code)?;
    text_of(&Local(descriptor))
}

/// Gives a file or folder another list, and nothing of its folder's; what is in a folder and has none of its own follows.
pub(super) fn set(path: &Path, list: &str) -> io::Result<()> {
    let (name, descriptor) = (name_of(path)?, descriptor_of(list)?);
    let (mut is_there, mut entries, mut is_usual): (BOOL, _, BOOL) = (0, null_mut(), 0);
    // SAFETY: the descriptor is whole and lives through both calls, and with it the entries, which are a part of it.
    #[allow(unsafe_code)]
    let code = unsafe {
        succeeded(GetSecurityDescriptorDacl(descriptor.0, &mut is_there, &mut entries, &mut is_usual))?;
        SetNamedSecurityInfoW(
            name.as_ptr(),
            SE_FILE_OBJECT,
            DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION,
            null_mut(),
            null_mut(),
            entries,
            null(),
        )
    };
    done(code)
}

/// Makes administrators the owner of a folder, which only they may.
pub(super) fn give_to_administrators(path: &Path) -> io::Result<()> {
    let (name, descriptor) = (name_of(path)?, descriptor_of("O:BA")?);
    let (mut owner, mut is_usual): (_, BOOL) = (null_mut(), 0);
    // SAFETY: as in `set`.
    #[allow(unsafe_code)]
    let code = unsafe {
        succeeded(GetSecurityDescriptorOwner(descriptor.0, &mut owner, &mut is_usual))?;
        SetNamedSecurityInfoW(
            name.as_ptr(),
            SE_FILE_OBJECT,
            OWNER_SECURITY_INFORMATION,
            owner,
            null_mut(),
            null(),
            null(),
        )
    };
    done(code)
}

/// A file that is not there yet, for writing, with this list from the first moment on.
pub(super) fn create_file(path: &Path, list: &str) -> io::Result<File> {
    let (name, descriptor) = (name_of(path)?, descriptor_of(list)?);
    let attributes = attributes(&descriptor);
    // SAFETY: name, attributes and descriptor live through the call. The handle is ours alone.
    #[allow(unsafe_code)]
    unsafe {
        let handle = CreateFileW(
            name.as_ptr(),
            GENERIC_WRITE,
            FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
            &attributes,
            CREATE_NEW,
            FILE_ATTRIBUTE_NORMAL,
            null_mut(),
        );
        match handle {
            INVALID_HANDLE_VALUE => Err(io::Error::last_os_error()),
            handle => Ok(File::from_raw_handle(handle)),
        }
    }
}

/// A folder that is not there yet, with this list from the first moment on.
pub(super) fn create_folder(path: &Path, list: &str) -> io::Result<()> {
    let (name, descriptor) = (name_of(path)?, descriptor_of(list)?);
    let attributes = attributes(&descriptor);
    // SAFETY: name, attributes and descriptor live through the call.
    #[allow(unsafe_code)]
    succeeded(unsafe { CreateDirectoryW(name.as_ptr(), &attributes) })
}

/// The account this program runs as, as lists write it; asked once.
pub(super) fn user() -> io::Result<&'static str> {
    static USER: OnceLock<String> = OnceLock::new();
    if let Some(user) = USER.get() {
        return Ok(user);
    }
    // Room for the longest account there is.
    let mut answer = [0_usize; 32];
    ask_token(TokenUser, answer.as_mut_ptr().cast(), size_of_val(&answer))?;
    let mut text = null_mut();
    // SAFETY: what was answered begins with a `TOKEN_USER`, aligned as it must be, whose account is in the same buffer. The text
    // is freed by `Local`.
    #[allow(unsafe_code)]
    let account = unsafe {
        let user = &*answer.as_ptr().cast::<TOKEN_USER>();
        succeeded(ConvertSidToStringSidW(user.User.Sid, &mut text))?;
        let text = Local(text.cast());
        text_at(text.0.cast())
    };
    // Some accounts have short names in lists.
    let written = text_of(&descriptor_of(&format!("O:{account}"))?)?;
    let written = written.strip_prefix("O:").unwrap_or(&account).to_owned();
    Ok(USER.get_or_init(|| written))
}

/// Whether this program has an administrator's rights in force.
pub(super) fn is_elevated() -> bool {
    let mut elevation = TOKEN_ELEVATION::default();
    let asked = ask_token(TokenElevation, (&raw mut elevation).cast(), size_of::<TOKEN_ELEVATION>());
    asked.is_ok() && elevation.TokenIsElevated != 0
}

/// An absolute name in the form in which it may be of any length.
pub(super) fn long(path: &Path) -> io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    Ok(std::ffi::OsString::from_wide(&at_any_length(absolute.as_os_str().encode_wide().collect())).into())
}

fn name_of(path: &Path) -> io::Result<Vec<u16>> {
    let mut name: Vec<u16> = long(path)?.as_os_str().encode_wide().collect();
    if name.contains(&0) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "there is a zero in the name"));
    }
    name.push(0);
    Ok(name)
}

/// What the system gave us, to be freed.
struct Local(*mut c_void);

impl Drop for Local {
    fn drop(&mut self) {
        // SAFETY: it came from a function that says so, and nobody has it afterwards.
        #[allow(unsafe_code)]
        unsafe {
            LocalFree(self.0);
        }
    }
}

fn descriptor_of(text: &str) -> io::Result<Local> {
    let text: Vec<u16> = text.encode_utf16().chain([0]).collect();
    let mut descriptor = null_mut();
    // SAFETY: the text ends with a zero and lives through the call; what is put there is freed by `Local`.
    #[allow(unsafe_code)]
    succeeded(unsafe {
        ConvertStringSecurityDescriptorToSecurityDescriptorW(
            text.as_ptr(),
            SDDL_REVISION_1,
            &mut descriptor,
            null_mut(),
        )
    })?;
    Ok(Local(descriptor))
}

fn text_of(descriptor: &Local) -> io::Result<String> {
    let mut text = null_mut();
    // SAFETY: the descriptor is whole and lives through the call; the text is freed by `Local` after it was copied.
    #[allow(unsafe_code)]
    unsafe {
        succeeded(ConvertSecurityDescriptorToStringSecurityDescriptorW(
            descriptor.0,
            SDDL_REVISION_1,
            OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
            &mut text,
            null_mut(),
        ))?;
        let text = Local(text.cast());
        Ok(text_at(text.0.cast()))
    }
}

/// # Safety
/// A text that ends with a zero is there.
#[allow(unsafe_code)]
unsafe fn text_at(text: *const u16) -> String {
    // SAFETY: the caller's word; the zero is looked for from the begin on and not passed.
    unsafe {
        let length = (0..).take_while(|at| *text.add(*at) != 0).count();
        String::from_utf16_lossy(std::slice::from_raw_parts(text, length))
    }
}

fn attributes(descriptor: &Local) -> SECURITY_ATTRIBUTES {
    let size = u32::try_from(size_of::<SECURITY_ATTRIBUTES>()).expect("BUG: it has a few bytes");
    SECURITY_ATTRIBUTES { nLength: size, lpSecurityDescriptor: descriptor.0, bInheritHandle: 0 }
}

/// Asks about this program's own rights; the answer has room for `size` bytes.
fn ask_token(what: i32, answer: *mut c_void, size: usize) -> io::Result<()> {
    let (mut token, mut needed) = (null_mut(), 0);
    let size = u32::try_from(size).expect("BUG: answers are short");
    // SAFETY: the callers' answers have so many bytes; the token is closed by its owner.
    #[allow(unsafe_code)]
    unsafe {
        succeeded(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &mut token))?;
        let token = OwnedHandle::from_raw_handle(token);
        succeeded(GetTokenInformation(token.as_raw_handle(), what, answer, size, &mut needed))
    }
}

fn succeeded(answer: BOOL) -> io::Result<()> {
    if answer == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

fn done(code: u32) -> io::Result<()> {
    match code {
        0 => Ok(()),
        code => Err(io::Error::from_raw_os_error(code.cast_signed())),
    }
}
