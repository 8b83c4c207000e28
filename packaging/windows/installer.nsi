# Ringcard's installer for Windows, made with makensis 3 on any system:
#
#   makensis -WX -DVERSION=0.1.0 -DPROGRAMS=folder -DOUT=Ringcard-0.1.0-setup.exe packaging/windows/installer.nsi
#
# PROGRAMS is a folder with ringcard.exe, ringcard-hub.exe and, where the build makes one, WebView2Loader.dll (absolute,
# or from this file's folder). Optional: PAPERS, a folder with the notices and lists of parts; WEBVIEW2, Microsoft's
# MicrosoftEdgeWebview2Setup.exe, to be inside; SIGN, a command that signs the file named after it.
#
# What it takes on its command line is said in docs/windows.md. It installs for the person who runs it, without asking for
# rights, or with /ALLUSERS for everybody on the computer. Its end code says what went wrong: ends.nsh.

Unicode true
SetCompressor /SOLID lzma
ManifestDPIAware true
# For everybody it starts itself again with an administrator's rights.
RequestExecutionLevel user

!define NAME "Ringcard"
!define PUBLISHER "The Ringcard contributors"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${NAME}"

!include MUI2.nsh
!include LogicLib.nsh
!include FileFunc.nsh
!include WordFunc.nsh
!include WinVer.nsh
!include x64.nsh
!include Win\COM.nsh
!include Win\Propkey.nsh

# For whom: "user" or "machine".
Var For
Var Parameters
# What was asked for on the command line: 1 or nothing; file and address as they stand there.
Var WantsAutostart
Var WantsHubService
Var WantsPurge
Var GivenSettings
Var GivenHub
Var GivenWebView2
# Whether the hub's service ran before it was replaced.
Var HubRan

Name "${NAME}"
OutFile "${OUT}"
BrandingText "${NAME} ${VERSION}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "${NAME}"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "${NAME} Setup"
VIAddVersionKey CompanyName "${PUBLISHER}"
VIAddVersionKey LegalCopyright "${PUBLISHER}; MIT or Apache-2.0"

!ifdef SIGN
    !finalize '${SIGN} "%1"' = 0
    !uninstfinalize '${SIGN} "%1"' = 0
!endif

!define MUI_ICON "..\..\icons\icon.ico"
!define MUI_UNICON "..\..\icons\icon.ico"
!define MUI_ABORTWARNING

!insertmacro MUI_PAGE_WELCOME
Page custom ForWhom ForWhomLeave
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_TEXT "$(RunNow)"
!define MUI_FINISHPAGE_RUN_FUNCTION RunNow
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES

!insertmacro MUI_LANGUAGE English
!insertmacro MUI_LANGUAGE Spanish
!insertmacro MUI_LANGUAGE Hungarian

!include words.nsh
!include ends.nsh
!include running.nsh
!include names.nsh
!include first-settings.nsh
!include webview2.nsh

Section "${NAME}" SecProgram
    SectionIn RO
    !insertmacro StopRunning
    SetOutPath $INSTDIR
    File "${PROGRAMS}/ringcard.exe"
    # A build by MSVC has it inside.
    !if /FileExists "${PROGRAMS}/WebView2Loader.dll"
        File "${PROGRAMS}/WebView2Loader.dll"
    !endif
    SetOutPath $INSTDIR\licences
    File "..\..\LICENSE-MIT"
    File "..\..\LICENSE-APACHE"
    !ifdef PAPERS
        File "${PAPERS}/*.*"
    !endif
    SetOutPath $INSTDIR
    WriteUninstaller $INSTDIR\uninstall.exe
    !insertmacro WriteNames
    Call InstallWebView2
SectionEnd

Section /o "$(AutostartName)" SecAutostart
    !insertmacro WriteAutostart
    StrCpy $WantsAutostart 1
SectionEnd

Section /o "$(HubName)" SecHub
    SetOutPath $INSTDIR
    File "${PROGRAMS}/ringcard-hub.exe"
    nsExec::ExecToLog '"$INSTDIR\ringcard-hub.exe" service install'
    Pop $0
    ${If} $0 != 0
        !insertmacro EndWith ${END_SERVICE} "$(HubFailed)"
    ${EndIf}
    ${If} $HubRan == 1
        nsExec::ExecToLog '"$INSTDIR\ringcard-hub.exe" service start'
        Pop $0
    ${EndIf}
SectionEnd

# After all others: what there is to say of the whole.
Section "-last"
    Call WriteFirstSettings
    ${GetSize} $INSTDIR "/S=0K" $0 $1 $2
    IntFmt $0 "0x%08X" $0
    WriteRegDWORD SHCTX "${UNINSTALL_KEY}" EstimatedSize $0
SectionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
    !insertmacro MUI_DESCRIPTION_TEXT ${SecProgram} "$(ProgramText)"
    !insertmacro MUI_DESCRIPTION_TEXT ${SecAutostart} "$(AutostartText)"
    !insertmacro MUI_DESCRIPTION_TEXT ${SecHub} "$(HubText)"
!insertmacro MUI_FUNCTION_DESCRIPTION_END

# It names the sections.
!include for-whom.nsh

Function .onInit
    SetRegView 64
    ${IfNot} ${RunningX64}
    ${OrIfNot} ${AtLeastWin10}
        !insertmacro EndWith ${END_SYSTEM} "$(NeedsWindows10)"
    ${EndIf}
    Call ReadParameters
    Call ChooseFor
    Call RefuseOlder
FunctionEnd

Function ReadParameters
    ${GetParameters} $Parameters
    # A space ends a value: an address has slashes in it.
    StrCpy $Parameters " $Parameters"
    ClearErrors
    ${GetOptions} $Parameters " /ALLUSERS" $0
    ${If} ${Errors}
        StrCpy $For "user"
    ${Else}
        StrCpy $For "machine"
    ${EndIf}
    ${GetOptions} $Parameters " /AUTOSTART=" $WantsAutostart
    ${GetOptions} $Parameters " /HUBSERVICE=" $WantsHubService
    ${GetOptions} $Parameters " /SETTINGS=" $GivenSettings
    ${GetOptions} $Parameters " /HUB=" $GivenHub
    ${GetOptions} $Parameters " /WEBVIEW2=" $GivenWebView2
    ${If} $GivenSettings != ""
        ClearErrors
        GetFullPathName $0 $GivenSettings
        ${If} ${Errors}
        ${OrIfNot} ${FileExists} $0
            !insertmacro EndWith ${END_PARAMETER} "$(NoSettings)"
        ${EndIf}
        StrCpy $GivenSettings $0
    ${EndIf}
    Call CheckGivenHub
FunctionEnd

Function .onSelChange
    # A service is the whole computer's.
    ${If} $For != "machine"
        !insertmacro UnselectSection ${SecHub}
    ${EndIf}
FunctionEnd

Function RunNow
    # Explorer has the person's own rights, whatever this one was started with.
    Exec '"$WINDIR\explorer.exe" "$INSTDIR\ringcard.exe"'
FunctionEnd

Section "un.${NAME}" UnSecProgram
    SectionIn RO
    !insertmacro StopRunning
    ${If} ${FileExists} $INSTDIR\ringcard-hub.exe
        nsExec::ExecToLog '"$INSTDIR\ringcard-hub.exe" service uninstall'
        Pop $0
        ${If} $0 != 0
            !insertmacro EndWith ${END_SERVICE} "$(HubStays)"
        ${EndIf}
    ${EndIf}
    Delete $INSTDIR\ringcard.exe
    Delete $INSTDIR\ringcard-hub.exe
    Delete $INSTDIR\WebView2Loader.dll
    RMDir /r $INSTDIR\licences
    Delete $INSTDIR\${FIRST_SETTINGS}
    Delete $INSTDIR\uninstall.exe
    # What somebody else put there stays.
    RMDir $INSTDIR
    !insertmacro DeleteNames
    !insertmacro DeleteAutostart
SectionEnd

Section /o "un.$(PurgeName)" UnSecPurge
    !insertmacro DeleteData
SectionEnd

!insertmacro MUI_UNFUNCTION_DESCRIPTION_BEGIN
    !insertmacro MUI_DESCRIPTION_TEXT ${UnSecProgram} "$(ProgramText)"
    !insertmacro MUI_DESCRIPTION_TEXT ${UnSecPurge} "$(PurgeText)"
!insertmacro MUI_UNFUNCTION_DESCRIPTION_END

Function un.onInit
    SetRegView 64
    # Whose this one is was noted when it was installed.
    ReadRegStr $0 HKLM "${UNINSTALL_KEY}" InstallLocation
    ${If} $0 == $INSTDIR
        StrCpy $For "machine"
        SetShellVarContext all
        Call un.NeedAdministrator
    ${Else}
        StrCpy $For "user"
        SetShellVarContext current
    ${EndIf}
    ${GetParameters} $Parameters
    StrCpy $Parameters " $Parameters"
    ${GetOptions} $Parameters " /PURGE=" $WantsPurge
    ${If} $WantsPurge == 1
        !insertmacro SelectSection ${UnSecPurge}
    ${EndIf}
FunctionEnd
