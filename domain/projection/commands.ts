import type { Certificate } from './certificate.ts';

/** Commands of people. `projection` names the stream each is decided on. */
export type ProjectionCommand =
  | {
      readonly type: 'RequestRebuild';
      readonly projection: string;
      readonly rebuildId: string;
      readonly purpose: 'rebuild' | 'upgrade' | 'verify';
      readonly together: string;
      readonly switch: 'when-ready' | 'by-hand';
      /** Into how many parts the new generation is split; as the live one, if left out. */
      readonly partitions?: number;
      readonly throttle?: number;
      readonly soakSeconds: number;
      /** The model that makes the content; as the live generation, if left out. */
      readonly model?: string;
    }
  | {
      readonly type: 'PauseRebuild' | 'ResumeRebuild' | 'CancelRebuild';
      readonly projection: string;
    }
  | { readonly type: 'ThrottleRebuild'; readonly projection: string; readonly throttle?: number }
  /** To the generation that is ready. */
  | { readonly type: 'SwitchProjection'; readonly projection: string; readonly requestId: string }
  /** To the generation that was live before. */
  | { readonly type: 'RollBackProjection'; readonly projection: string; readonly requestId: string }
  | { readonly type: 'PauseProjection' | 'ResumeProjection'; readonly projection: string }
  | {
      readonly type: 'RetryParkedStream';
      readonly projection: string;
      readonly stream: string;
      readonly requestId: string;
    }
  | {
      readonly type: 'SkipParkedEvent';
      readonly projection: string;
      readonly stream: string;
      readonly position: string;
      readonly eventId: string;
      /** The type of the event that is skipped. */
      readonly eventType: string;
      readonly reason: string;
    }
  /** Facts that the worker brings back. */
  | {
      readonly type: 'RecordCertificate';
      readonly projection: string;
      readonly rebuildId: string;
      readonly certificate: Certificate;
    }
  | {
      readonly type: 'RecordRebuildFailure';
      readonly projection: string;
      readonly rebuildId: string;
      readonly message: string;
    }
  | {
      readonly type: 'RecordSwitch';
      readonly projection: string;
      readonly from: number;
      readonly to: number;
      readonly position: string;
    }
  /** A switch that was asked for and cannot be made. */
  | {
      readonly type: 'RecordSwitchRefusal';
      readonly projection: string;
      readonly generation: number;
      readonly message: string;
    };
