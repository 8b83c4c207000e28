# For one person, without rights and in their own folders; or for everybody on the computer, as an administrator.

Var ForUserButton
Var ForMachineButton

# Folder, sections and rights that follow from whom it is for.
Function ChooseFor
    ${If} $For == "machine"
        Call NeedAdministrator
        SetShellVarContext all
        StrCpy $0 "$PROGRAMFILES64\${NAME}"
    ${Else}
        SetShellVarContext current
        StrCpy $0 "$LOCALAPPDATA\Programs\${NAME}"
    ${EndIf}
    # Where it is already it is replaced; /D= on the command line counts more.
    ReadRegStr $1 SHCTX "${UNINSTALL_KEY}" InstallLocation
    ${If} $1 != ""
        StrCpy $0 $1
    ${EndIf}
    ${If} $INSTDIR == ""
        StrCpy $INSTDIR $0
    ${EndIf}
    ${If} $WantsAutostart == 1
        !insertmacro SelectSection ${SecAutostart}
    ${EndIf}
    ${If} $For == "machine"
        !insertmacro ClearSectionFlag ${SecHub} ${SF_RO}
        # One that is there is replaced with the app.
        ${If} $WantsHubService == 1
        ${OrIf} ${FileExists} $INSTDIR\ringcard-hub.exe
            !insertmacro SelectSection ${SecHub}
        ${EndIf}
    ${Else}
        ${If} $WantsHubService == 1
            !insertmacro EndWith ${END_PARAMETER} "$(HubIsForMachine)"
        ${EndIf}
        !insertmacro UnselectSection ${SecHub}
        !insertmacro SetSectionFlag ${SecHub} ${SF_RO}
    ${EndIf}
FunctionEnd

# Starts itself again as administrator where somebody is there to be asked.
!macro NeedAdministratorFunction UN
    Function ${UN}NeedAdministrator
        UserInfo::GetAccountType
        Pop $0
        ${If} $0 != "Admin"
            ${If} ${Silent}
                !insertmacro EndWith ${END_RIGHTS} "$(NeedsRights)"
            ${EndIf}
            ClearErrors
            !if "${UN}" == ""
                ${GetParameters} $1
                ExecShell runas $EXEPATH "$1 /ALLUSERS"
            !else
                # Not the copy that runs this, which goes with it.
                ExecShell runas $INSTDIR\uninstall.exe
            !endif
            ${If} ${Errors}
                !insertmacro EndWith ${END_RIGHTS} "$(NeedsRights)"
            ${EndIf}
            Quit
        ${EndIf}
    FunctionEnd
!macroend
!insertmacro NeedAdministratorFunction ""
!insertmacro NeedAdministratorFunction "un."

# What a newer version wrote an older one does not read.
Function RefuseOlder
    ReadRegStr $0 SHCTX "${UNINSTALL_KEY}" DisplayVersion
    ${If} $0 != ""
        ${VersionCompare} $0 ${VERSION} $1
        ${If} $1 == 1
            !insertmacro EndWith ${END_NEWER} "$(IsNewer)"
        ${EndIf}
    ${EndIf}
FunctionEnd

Function ForWhom
    !insertmacro MUI_HEADER_TEXT "$(ForWhomTitle)" "$(ForWhomText)"
    nsDialogs::Create 1018
    Pop $0
    ${NSD_CreateRadioButton} 0 10u 100% 12u "$(ForUser)"
    Pop $ForUserButton
    ${NSD_CreateRadioButton} 0 30u 100% 12u "$(ForMachine)"
    Pop $ForMachineButton
    ${If} $For == "machine"
        ${NSD_Check} $ForMachineButton
    ${Else}
        ${NSD_Check} $ForUserButton
    ${EndIf}
    nsDialogs::Show
FunctionEnd

Function ForWhomLeave
    StrCpy $1 "user"
    ${NSD_GetState} $ForMachineButton $0
    ${If} $0 == ${BST_CHECKED}
        StrCpy $1 "machine"
    ${EndIf}
    ${If} $1 != $For
        StrCpy $For $1
        StrCpy $INSTDIR ""
        Call ChooseFor
        Call RefuseOlder
    ${EndIf}
FunctionEnd
