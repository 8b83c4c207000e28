import type { Leg } from "../../ipc";
import type { Said } from "../en";
import type { ReasonWords } from "./en";

const asks = "Revise la cuenta de la centralita en Configuración.";
const both = (said: Said): Record<Leg, Said> => ({ agent: said, customer: said });

export const es: ReasonWords = {
  authentication: both({
    what: "La centralita no aceptó las credenciales",
    advice: `El usuario, la contraseña o la clave no son correctos. ${asks}`,
  }),
  refused: both({
    what: "La centralita rechazó la llamada",
    advice: "No se marcó nada. Revise el número y vuelva a intentarlo.",
  }),
  unreachable: both({
    what: "No se puede contactar con la centralita",
    advice: "No se marcó nada. Revise la red y vuelva a intentarlo.",
  }),
  not_configured: both({ what: "Esta cuenta no está configurada para marcar", advice: asks }),
  busy: {
    agent: { what: "Su teléfono está ocupado", advice: "Cuelgue la otra llamada y vuelva a intentarlo." },
    customer: { what: "El cliente comunica (línea ocupada)", advice: "Vuelva a intentarlo en unos minutos." },
  },
  no_answer: {
    agent: { what: "Usted no contestó", advice: "No se llamó al cliente. Vuelva a marcar cuando esté listo." },
    customer: { what: "El cliente no contesta", advice: "Vuelva a intentarlo más tarde." },
  },
  declined: {
    agent: {
      what: "Su teléfono rechazó la llamada",
      advice: "No se llamó al cliente. Revise si su teléfono está en «no molestar».",
    },
    customer: { what: "El cliente rechazó la llamada", advice: "Vuelva a intentarlo más tarde." },
  },
  other: {
    agent: {
      what: "No se pudo contactar con su teléfono",
      advice: "No se llamó al cliente. Compruebe que su teléfono está registrado.",
    },
    customer: { what: "No se pudo contactar con el cliente", advice: "Revise el número y vuelva a intentarlo." },
  },
  no_such_number: {
    agent: { what: "Su extensión no existe", advice: "No se llamó al cliente. Revise su extensión en Configuración." },
    customer: { what: "El número no existe", advice: "Nadie tiene este número. Compruébelo en la ficha del cliente." },
  },
  number_changed: {
    agent: { what: "Su extensión ha cambiado", advice: "No se llamó al cliente. Revise su extensión en Configuración." },
    customer: { what: "El número ha cambiado", advice: "Busque el nuevo número del cliente." },
  },
  number_incomplete: {
    agent: { what: "Su extensión está incompleta", advice: "No se llamó al cliente. Revise su extensión en Configuración." },
    customer: { what: "El número está incompleto", advice: "Revise los dígitos y el prefijo y vuelva a intentarlo." },
  },
  no_route: {
    agent: { what: "Ninguna línea llega a su teléfono", advice: "No se llamó al cliente. Avise a su administrador." },
    customer: { what: "Ninguna línea llega a este número", advice: "Revise el código de país y el prefijo. Si son correctos, avise a su administrador." },
  },
  not_reachable: {
    agent: { what: "Su teléfono no está conectado", advice: "No se llamó al cliente. Encienda el teléfono o inicie sesión en él y vuelva a intentarlo." },
    customer: { what: "El teléfono del cliente está apagado o fuera de cobertura", advice: "Vuelva a intentarlo más tarde o con otro número." },
  },
  out_of_service: {
    agent: { what: "Su teléfono está fuera de servicio", advice: "No se llamó al cliente. Avise a su administrador." },
    customer: { what: "El número está fuera de servicio", advice: "Pruebe con otro número del cliente." },
  },
  provider_refuses: {
    agent: { what: "La centralita no permite llamar a su teléfono", advice: "No se llamó al cliente. Avise a su administrador." },
    customer: { what: "El operador rechaza estas llamadas", advice: "Avise a su administrador: volver a marcar no sirve." },
  },
  congested: {
    agent: { what: "Todas las líneas están ocupadas", advice: "No se llamó al cliente. Vuelva a intentarlo en un momento." },
    customer: { what: "Todas las líneas están ocupadas", advice: "Vuelva a intentarlo en un momento." },
  },
  network_failure: {
    agent: { what: "Falló la red telefónica", advice: "No se llamó al cliente. Vuelva a intentarlo; si continúa, avise a su administrador." },
    customer: { what: "Falló la red telefónica", advice: "Vuelva a intentarlo; si continúa, avise a su administrador." },
  },
  incompatible: {
    agent: { what: "Su teléfono no admite este tipo de llamada", advice: "No se llamó al cliente. Avise a su administrador." },
    customer: { what: "El teléfono del cliente no admite este tipo de llamada", advice: "Pruebe con otro número del cliente." },
  },
  advice: {
    choose_number: "Elija en el programa de telefonía el número desde el que se llama y confirme: entonces se llama.",
    calls_another: "La centralita llama a otro número que el que pulsó: el que conoce del ticket.",
  },
};
