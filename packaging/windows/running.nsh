# A program that runs cannot be replaced. It is asked to end as Windows asks at its own end, and then ended: everything it
# said was saved is on the disk at any instant.

# Ends the program that runs from FILE; what is left of it after that is in $0: 0 nothing.
!macro EndProgram FILE IMAGE
    StrCpy $0 0
    ${If} ${FileExists} "${FILE}"
        Push "${IMAGE}"
        Push "${FILE}"
        !ifdef __UNINSTALL__
            Call un.EndProgram
        !else
            Call EndProgram
        !endif
        Pop $0
    ${EndIf}
!macroend

# $0: file, $1: name of the program, $2: session, $3: how often it was looked
!macro EndProgramFunction UN
    Function ${UN}EndProgram
        Exch $0
        Exch
        Exch $1
        Push $2
        Push $3
        StrCpy $3 0
        ClearErrors
        FileOpen $2 $0 a
        ${If} ${Errors}
            # The Restart Manager knows who has the file open.
            System::Call 'rstrtmgr::RmStartSession(*i .r2, i 0, w .R9) i .R8'
            ${If} $R8 == 0
                System::Call 'rstrtmgr::RmRegisterResources(i r2, i 1, *w r0, i 0, p 0, i 0, p 0) i .R8'
                ${If} $R8 == 0
                    System::Call 'rstrtmgr::RmShutdown(i r2, i 1, p 0)'
                ${EndIf}
                System::Call 'rstrtmgr::RmEndSession(i r2)'
            ${EndIf}
            ${Do}
                ClearErrors
                FileOpen $2 $0 a
                ${IfNot} ${Errors}
                    FileClose $2
                    StrCpy $3 "free"
                    ${Break}
                ${EndIf}
                IntOp $3 $3 + 1
                # It does not reach the sessions of other people.
                ${If} $3 == 5
                    nsExec::Exec 'taskkill /F /IM "$1"'
                    Pop $2
                ${EndIf}
                Sleep 200
            ${LoopUntil} $3 > 50
        ${Else}
            FileClose $2
            StrCpy $3 "free"
        ${EndIf}
        ${If} $3 == "free"
            StrCpy $0 0
        ${Else}
            StrCpy $0 1
        ${EndIf}
        Pop $3
        Pop $2
        Pop $1
        Exch $0
    FunctionEnd
!macroend
!insertmacro EndProgramFunction ""
!insertmacro EndProgramFunction "un."

# Ends the app and the hub, or this program where they go on.
!macro StopRunning
    StrCpy $HubRan 0
    ${If} ${FileExists} $INSTDIR\ringcard-hub.exe
        nsExec::Exec '"$SYSDIR\cmd.exe" /c sc query ${SERVICE} | find "RUNNING"'
        Pop $0
        ${If} $0 == 0
            StrCpy $HubRan 1
            nsExec::ExecToLog '"$INSTDIR\ringcard-hub.exe" service stop'
            Pop $0
        ${EndIf}
    ${EndIf}
    !insertmacro EndProgram "$INSTDIR\ringcard-hub.exe" ringcard-hub.exe
    StrCpy $R0 $0
    !insertmacro EndProgram "$INSTDIR\ringcard.exe" ringcard.exe
    ${If} $R0 != 0
    ${OrIf} $0 != 0
        !insertmacro EndWith ${END_IN_USE} "$(StillRunning)"
    ${EndIf}
!macroend
