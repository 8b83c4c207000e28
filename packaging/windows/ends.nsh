# How it ends, other than with 0 (done), 1 (the person gave up) and 2 (the system gave up): Windows' own numbers.
!define END_PARAMETER 87   # a parameter that cannot be right
!define END_IN_USE 32      # a file is in use, and stays so
!define END_RIGHTS 740     # for everybody, and without an administrator's rights
!define END_SYSTEM 1150    # another Windows is needed
!define END_NEWER 1638     # a newer version is installed
!define END_SERVICE 1060   # the service could not be made or removed

# Says why, where somebody is there to read it, and ends.
!macro EndWith CODE WORDS
    DetailPrint "${WORDS}"
    MessageBox MB_OK|MB_ICONSTOP "${WORDS}" /SD IDOK
    SetErrorLevel ${CODE}
    Quit
!macroend
