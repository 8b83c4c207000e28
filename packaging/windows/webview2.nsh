# Microsoft's WebView2 draws Ringcard's windows. Windows 11 has it; elsewhere Microsoft's own program brings it, where it
# lies beside this one or is inside. Nothing is downloaded by this one; with /WEBVIEW2=none nothing is started either.

!define WEBVIEW2_CLIENT "Software\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}"
!define WEBVIEW2_SETUP "MicrosoftEdgeWebview2Setup.exe"

# Its version in $0, or nothing.
Function FindWebView2
    SetRegView 32
    ReadRegStr $0 HKLM "${WEBVIEW2_CLIENT}" pv
    SetRegView 64
    ${If} $0 == ""
    ${OrIf} $0 == "0.0.0.0"
        ReadRegStr $0 HKCU "${WEBVIEW2_CLIENT}" pv
    ${EndIf}
    ${If} $0 == "0.0.0.0"
        StrCpy $0 ""
    ${EndIf}
FunctionEnd

Function InstallWebView2
    Call FindWebView2
    ${If} $0 != ""
        DetailPrint "WebView2 $0"
        Return
    ${EndIf}
    ${If} $GivenWebView2 != "none"
        StrCpy $1 ""
        !ifdef WEBVIEW2
            InitPluginsDir
            File "/oname=$PLUGINSDIR\${WEBVIEW2_SETUP}" "${WEBVIEW2}"
            StrCpy $1 "$PLUGINSDIR\${WEBVIEW2_SETUP}"
        !endif
        ${If} $1 == ""
        ${AndIf} ${FileExists} "$EXEDIR\${WEBVIEW2_SETUP}"
            StrCpy $1 "$EXEDIR\${WEBVIEW2_SETUP}"
        ${EndIf}
        ${If} $1 != ""
            DetailPrint "${WEBVIEW2_SETUP}"
            ExecWait '"$1" /silent /install' $2
            DetailPrint "${WEBVIEW2_SETUP}: $2"
            Call FindWebView2
        ${EndIf}
    ${EndIf}
    ${If} $0 == ""
        # Ringcard is installed all the same: it starts once WebView2 is there.
        DetailPrint "$(NoWebView2)"
        MessageBox MB_OK|MB_ICONEXCLAMATION "$(NoWebView2)" /SD IDOK
    ${EndIf}
FunctionEnd
