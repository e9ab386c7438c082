/**
 * When the browser cannot go on decoding: picture loss indications (RFC 4585, 6.3.1), full intra requests (RFC 5104,
 * 4.3.1), and lost packets that were asked for again and again (RFC 4585, 6.2.1).
 *
 * werift looks the sender of a loss indication up by the wrong source as soon as the browser sends a microphone, so
 * its own event never fires; these packets are therefore read where they arrive.
 */
import {
  FullIntraRequest,
  GenericNack,
  PictureLossIndication,
  RtcpPayloadSpecificFeedback,
  RtcpTransportLayerFeedback,
} from "./rtcp.ts";
