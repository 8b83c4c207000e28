# By what names Windows knows Ringcard: the same as the app's own (src-tauri).

!define AUMID "org.ringcard.desktop"
# What Windows starts when a notification is clicked and the app does not run.
!define ACTIVATOR "{5602D8E6-B35E-466C-B2C8-0E15C43AB479}"
!define CAPABILITIES "Software\${NAME}\Capabilities"
!define RUN "Software\Microsoft\Windows\CurrentVersion\Run"
!define RUN_VALUE "ringcard"
!define SERVICE "RingcardHub"

# A kind of links that the program opens.
!macro Opens CLASS WORDS
    WriteRegStr SHCTX "Software\Classes\${CLASS}" "" "${WORDS}"
    WriteRegStr SHCTX "Software\Classes\${CLASS}" "URL Protocol" ""
    WriteRegStr SHCTX "Software\Classes\${CLASS}\DefaultIcon" "" "$INSTDIR\ringcard.exe,0"
    WriteRegStr SHCTX "Software\Classes\${CLASS}\shell\open\command" "" '"$INSTDIR\ringcard.exe" "%1"'
!macroend

# A candidate for links of one scheme: which program opens them is the person's choice in Windows' settings.
!macro Candidate SCHEME
    !insertmacro Opens "${NAME}.${SCHEME}" "${NAME}"
    WriteRegStr SHCTX "${CAPABILITIES}\URLAssociations" "${SCHEME}" "${NAME}.${SCHEME}"
!macroend

!macro WriteNames
    !insertmacro Opens ringcard "URL:${NAME}"
    WriteRegStr SHCTX "${CAPABILITIES}" ApplicationName "${NAME}"
    WriteRegStr SHCTX "${CAPABILITIES}" ApplicationDescription "The telephone companion on a contact-centre agent's desk"
    WriteRegStr SHCTX "${CAPABILITIES}" ApplicationIcon "$INSTDIR\ringcard.exe,0"
    # The mark of a copy that was not installed, which takes its keys away by itself.
    DeleteRegValue SHCTX "${CAPABILITIES}" Portable
    !insertmacro Candidate tel
    !insertmacro Candidate callto
    !insertmacro Candidate sip
    WriteRegStr SHCTX "Software\RegisteredApplications" "${NAME}" "${CAPABILITIES}"

    Call WriteShortcut

    WriteRegStr SHCTX "${UNINSTALL_KEY}" DisplayName "${NAME}"
    WriteRegStr SHCTX "${UNINSTALL_KEY}" DisplayVersion "${VERSION}"
    WriteRegStr SHCTX "${UNINSTALL_KEY}" Publisher "${PUBLISHER}"
    WriteRegStr SHCTX "${UNINSTALL_KEY}" DisplayIcon '"$INSTDIR\ringcard.exe",0'
    WriteRegStr SHCTX "${UNINSTALL_KEY}" InstallLocation "$INSTDIR"
    WriteRegStr SHCTX "${UNINSTALL_KEY}" UninstallString '"$INSTDIR\uninstall.exe"'
    WriteRegStr SHCTX "${UNINSTALL_KEY}" QuietUninstallString '"$INSTDIR\uninstall.exe" /S'
    WriteRegDWORD SHCTX "${UNINSTALL_KEY}" NoModify 1
    WriteRegDWORD SHCTX "${UNINSTALL_KEY}" NoRepair 1
    Call TellShell
!macroend

!macro DeleteNames
    DeleteRegKey SHCTX "Software\Classes\ringcard"
    DeleteRegKey SHCTX "Software\Classes\${NAME}.tel"
    DeleteRegKey SHCTX "Software\Classes\${NAME}.callto"
    DeleteRegKey SHCTX "Software\Classes\${NAME}.sip"
    DeleteRegKey SHCTX "Software\${NAME}"
    # What the app notes for its notifications at each start.
    DeleteRegKey HKCU "Software\Classes\AppUserModelId\${AUMID}"
    DeleteRegKey HKCU "Software\Classes\CLSID\${ACTIVATOR}"
    DeleteRegValue SHCTX "Software\RegisteredApplications" "${NAME}"
    DeleteRegKey SHCTX "${UNINSTALL_KEY}"
    Delete "$SMPROGRAMS\${NAME}.lnk"
    ${If} $For == "machine"
        DeleteRegKey HKLM "${ACTIVE_SETUP}"
    ${EndIf}
    Call un.TellShell
!macroend

!macro WriteAutostart
    WriteRegStr SHCTX "${RUN}" ${RUN_VALUE} '"$INSTDIR\ringcard.exe" --hidden'
!macroend

!macro DeleteAutostart
    DeleteRegValue SHCTX "${RUN}" ${RUN_VALUE}
    # What the person switched on in the app.
    DeleteRegValue HKCU "${RUN}" ${RUN_VALUE}
!macroend

# Settings and data of this person; of everybody, the hub's.
!macro DeleteData
    SetShellVarContext current
    RMDir /r "$APPDATA\${NAME}"
    RMDir /r "$LOCALAPPDATA\${NAME}"
    # Where the web view keeps what it likes to.
    RMDir /r "$LOCALAPPDATA\${AUMID}"
    RMDir /r "$LOCALAPPDATA\${AUMID}.demo"
    Call un.DeleteSecrets
    ${If} $For == "machine"
        SetShellVarContext all
        RMDir /r "$APPDATA\Ringcard Hub"
    ${EndIf}
!macroend

# The entry in the Start menu carries the name by which notifications are the app's.
Function WriteShortcut
    CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\ringcard.exe"
    !insertmacro ComHlpr_CreateInProcInstance ${CLSID_ShellLink} ${IID_IShellLink} r0 ""
    ${If} $0 P<> 0
        ${IUnknown::QueryInterface} $0 '("${IID_IPersistFile}",.r1)'
        ${If} $1 P<> 0
            ${IPersistFile::Load} $1 '("$SMPROGRAMS\${NAME}.lnk", ${STGM_READWRITE})'
            ${IUnknown::QueryInterface} $0 '("${IID_IPropertyStore}",.r2)'
            ${If} $2 P<> 0
                System::Call 'oleaut32::SysAllocString(w "${AUMID}") p .r3'
                System::Call '*${SYSSTRUCT_PROPERTYKEY}(${PKEY_AppUserModel_ID})p.r4'
                System::Call '*${SYSSTRUCT_PROPVARIANT}(${VT_BSTR},,p r3)p.r5'
                ${IPropertyStore::SetValue} $2 '($4,$5)'
                System::Call 'oleaut32::SysFreeString(p r3)'
                System::Call '*(&g16 "${ACTIVATOR}")p.r3'
                System::Call '*$4${SYSSTRUCT_PROPERTYKEY}(${PKEY_AppUserModel_ToastActivatorCLSID})'
                System::Call '*$5${SYSSTRUCT_PROPVARIANT}(${VT_CLSID},,p r3)'
                ${IPropertyStore::SetValue} $2 '($4,$5)'
                System::Free $3
                System::Free $4
                System::Free $5
                ${IPropertyStore::Commit} $2 ""
                ${IUnknown::Release} $2 ""
                ${IPersistFile::Save} $1 '("$SMPROGRAMS\${NAME}.lnk",1)'
            ${EndIf}
            ${IUnknown::Release} $1 ""
        ${EndIf}
        ${IUnknown::Release} $0 ""
    ${EndIf}
FunctionEnd

# That associations changed.
!macro TellShellFunction UN
    Function ${UN}TellShell
        System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
    FunctionEnd
!macroend
!insertmacro TellShellFunction ""
!insertmacro TellShellFunction "un."

# The person's passwords and tokens, in Windows' own store: all whose names end as ours do.
Function un.DeleteSecrets
    System::Call 'advapi32::CredEnumerateW(p 0, i 0, *i .r0, *p .r1) i .r2'
    ${If} $2 == 0
        Return
    ${EndIf}
    StrCpy $3 0
    ${DoWhile} $3 < $0
        IntOp $4 $3 * ${NSIS_PTR_SIZE}
        IntPtrOp $4 $1 + $4
        System::Call '*$4(p .r5)'
        System::Call '*$5(i, i .r6, w .r7)'
        StrCpy $8 $7 "" -9
        ${If} $8 == ".ringcard"
            System::Call 'advapi32::CredDeleteW(w r7, i r6, i 0)'
        ${EndIf}
        IntOp $3 $3 + 1
    ${Loop}
    System::Call 'advapi32::CredFree(p r1)'
FunctionEnd
