# What is said, in Ringcard's languages.

!macro Words NAME ENGLISH SPANISH HUNGARIAN
    LangString ${NAME} ${LANG_ENGLISH} "${ENGLISH}"
    LangString ${NAME} ${LANG_SPANISH} "${SPANISH}"
    LangString ${NAME} ${LANG_HUNGARIAN} "${HUNGARIAN}"
!macroend

!insertmacro Words RunNow "Open Ringcard" "Abrir Ringcard" "A Ringcard megnyitása"
!insertmacro Words ForWhomTitle "For whom?" "¿Para quién?" "Kinek?"
!insertmacro Words ForWhomText "Ringcard can be installed for you, or for everybody who uses this computer." \
    "Ringcard se puede instalar para usted o para todas las personas que usan este equipo." \
    "A Ringcard telepíthető csak Önnek, vagy mindenkinek, aki ezt a gépet használja."
!insertmacro Words ForUser "For me only (needs no administrator)" "Solo para mí (no hace falta un administrador)" \
    "Csak nekem (nem kell hozzá rendszergazda)"
!insertmacro Words ForMachine "For everybody on this computer (asks for an administrator)" \
    "Para todas las personas de este equipo (pide un administrador)" \
    "Mindenkinek ezen a gépen (rendszergazdát kér)"
!insertmacro Words ProgramText "The program, its entry in the Start menu, and links with telephone numbers." \
    "El programa, su entrada en el menú Inicio y los enlaces con números de teléfono." \
    "A program, a Start menü bejegyzése és a telefonszámos hivatkozások."
!insertmacro Words AutostartName "Start when signing in" "Iniciar al entrar en Windows" "Indítás bejelentkezéskor"
!insertmacro Words AutostartText "Ringcard waits in the notification area from when you sign in." \
    "Ringcard espera en el área de notificación desde que usted entra." \
    "A Ringcard bejelentkezés óta az értesítési területen várakozik."
!insertmacro Words HubName "Hub for a team (service)" "Hub para un equipo (servicio)" "Hub egy csapatnak (szolgáltatás)"
!insertmacro Words HubText "A team's hub on this computer, as a service of Windows. A desk does not need it." \
    "El hub de un equipo en este ordenador, como servicio de Windows. Un puesto no lo necesita." \
    "Egy csapat hubja ezen a gépen, Windows-szolgáltatásként. Egy munkahelyhez nem kell."
!insertmacro Words PurgeName "Settings and data, too" "También ajustes y datos" "A beállítások és adatok is"
!insertmacro Words PurgeText "Removes settings, customers, calls and recordings of this person for good; for everybody: the hub's, too." \
    "Quita para siempre los ajustes, clientes, llamadas y grabaciones de esta persona; para todos: también los del hub." \
    "Végleg törli e személy beállításait, ügyfeleit, hívásait és felvételeit; mindenkinél: a hubéit is."

!insertmacro Words NeedsWindows10 "Ringcard needs a 64-bit Windows 10 or newer." \
    "Ringcard necesita Windows 10 de 64 bits o más nuevo." "A Ringcardhoz 64 bites Windows 10 vagy újabb kell."
!insertmacro Words NeedsRights "To install or remove Ringcard for everybody, an administrator is needed." \
    "Para instalar o quitar Ringcard para todos hace falta un administrador." \
    "A Ringcard mindenkinek telepítéséhez vagy eltávolításához rendszergazda kell."
!insertmacro Words HubIsForMachine "The hub's service is installed for everybody: add /ALLUSERS." \
    "El servicio del hub se instala para todos: añada /ALLUSERS." \
    "A hub szolgáltatása mindenkinek települ: adja hozzá: /ALLUSERS."
!insertmacro Words NoSettings "There is no such settings file: $GivenSettings" "No existe ese archivo de ajustes: $GivenSettings" \
    "Nincs ilyen beállítási fájl: $GivenSettings"
!insertmacro Words NoHubAddress "This is no address of a hub (wss://…): $GivenHub" \
    "Esto no es la dirección de un hub (wss://…): $GivenHub" "Ez nem egy hub címe (wss://…): $GivenHub"
!insertmacro Words IsNewer "A newer Ringcard ($0) is installed. Remove it first." \
    "Hay un Ringcard más nuevo ($0) instalado. Quítelo antes." "Újabb Ringcard ($0) van telepítve. Előbb távolítsa el."
!insertmacro Words StillRunning "Ringcard is running and did not end. Quit it and try again." \
    "Ringcard está en marcha y no se cerró. Ciérrelo e inténtelo de nuevo." \
    "A Ringcard fut, és nem állt le. Lépjen ki belőle, és próbálja újra."
!insertmacro Words HubFailed "The hub's service could not be made." "No se pudo crear el servicio del hub." \
    "A hub szolgáltatását nem sikerült létrehozni."
!insertmacro Words HubStays "The hub's service could not be removed. Nothing was removed." \
    "No se pudo quitar el servicio del hub. No se quitó nada." \
    "A hub szolgáltatását nem sikerült eltávolítani. Semmi sem lett eltávolítva."
!insertmacro Words NoWebView2 "Ringcard is installed, but its windows need Microsoft's WebView2 Runtime, which is not on this computer. Get it from Microsoft, or put MicrosoftEdgeWebview2Setup.exe beside this program and run it again." \
    "Ringcard está instalado, pero sus ventanas necesitan WebView2 Runtime de Microsoft, que no está en este equipo. Descárguelo de Microsoft, o ponga MicrosoftEdgeWebview2Setup.exe junto a este programa y ejecútelo otra vez." \
    "A Ringcard települt, de az ablakaihoz a Microsoft WebView2 Runtime kell, amely nincs ezen a gépen. Töltse le a Microsofttól, vagy tegye a MicrosoftEdgeWebview2Setup.exe fájlt e program mellé, és futtassa újra."
