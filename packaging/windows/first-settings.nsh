# The settings a person begins with: a file of the administrator's, or the hub's address. They become the person's
# ringcard.toml where there is none; one that is there is never touched.

!define FIRST_SETTINGS "first-settings.toml"
!define SETTINGS_FOLDER "$APPDATA\${NAME}"
# For everybody: Windows runs this once for each person when they sign in.
!define ACTIVE_SETUP "Software\Microsoft\Active Setup\Installed Components\{6E1C2F0B-5D3A-4B0C-9A57-2B7B1D0F6C11}"

# An address of a hub, which is written into a file: nothing in it ends its quotes.
Function CheckGivenHub
    ${If} $GivenHub == ""
        Return
    ${EndIf}
    StrCpy $0 $GivenHub 6
    StrCpy $1 $GivenHub 5
    ${If} $0 != "wss://"
    ${AndIf} $1 != "ws://"
        !insertmacro EndWith ${END_PARAMETER} "$(NoHubAddress)"
    ${EndIf}
    StrCpy $1 0
    ${Do}
        StrCpy $0 $GivenHub 1 $1
        ${If} $0 == '"'
        ${OrIf} $0 == "\"
        ${OrIf} $0 == " "
            !insertmacro EndWith ${END_PARAMETER} "$(NoHubAddress)"
        ${EndIf}
        IntOp $1 $1 + 1
    ${LoopUntil} $0 == ""
FunctionEnd

# Writes them to the file in $0.
Function WriteSettingsTo
    ${If} $GivenSettings != ""
        CopyFiles /SILENT $GivenSettings $0
        Return
    ${EndIf}
    FileOpen $1 $0 w
    ${If} $GivenHub != ""
        FileWrite $1 '[hub]$\r$\nurl = "$GivenHub"$\r$\ntoken = { keyring = "hub" }$\r$\n'
    ${EndIf}
    ${If} $WantsAutostart == 1
        FileWrite $1 '$\r$\n[desk]$\r$\nstart_at_login = true$\r$\n'
    ${EndIf}
    FileClose $1
FunctionEnd

Function WriteFirstSettings
    ${If} "$GivenSettings$GivenHub" == ""
    ${AndIf} $WantsAutostart != 1
        Return
    ${EndIf}
    ${If} $For == "user"
        SetShellVarContext current
        ${IfNot} ${FileExists} "${SETTINGS_FOLDER}\ringcard.toml"
            CreateDirectory "${SETTINGS_FOLDER}"
            StrCpy $0 "${SETTINGS_FOLDER}\ringcard.toml"
            Call WriteSettingsTo
        ${EndIf}
        Return
    ${EndIf}
    StrCpy $0 "$INSTDIR\${FIRST_SETTINGS}"
    Call WriteSettingsTo
    WriteRegStr HKLM "${ACTIVE_SETUP}" "" "${NAME}"
    WriteRegStr HKLM "${ACTIVE_SETUP}" Version "1"
    # One line: what the command shell is given.
    WriteRegExpandStr HKLM "${ACTIVE_SETUP}" StubPath '"%SystemRoot%\System32\cmd.exe" /d /c if not exist "%APPDATA%\${NAME}\ringcard.toml" (md "%APPDATA%\${NAME}" & copy /y "$INSTDIR\${FIRST_SETTINGS}" "%APPDATA%\${NAME}\ringcard.toml")'
FunctionEnd
