import { join } from 'node:path';
import { BankHost, type HostOptions } from './bank-host.ts';
import { BankLine, type Transport } from './bank-line.ts';
import type { TerminalGrant } from './bank-terminals.ts';
import { loadCertificates } from './certificates.ts';
import type { HostDialect } from './dialects/dialect.ts';

/** What a merchant's side must know to reach the bank. */
export interface BankCredentials {
  readonly acquirerId: string;
  readonly host: string;
  readonly port: number;
  /** The authority that signed the host's certificate; empty on a plain line. */
  readonly caPem: string;
  /** What the merchant's side shows where the host asks for a certificate; null on a plain line. */
  readonly client: { readonly certificatePem: string; readonly keyPem: string } | null;
  readonly dialect: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly terminals: readonly TerminalGrant[];
}

/** The bank host at work. */
export interface Bank {
  readonly host: BankHost;
  readonly line: BankLine;
  credentials(): BankCredentials;
  /** The host is gone for a while, and comes back knowing what stands in its files alone. */
  restart(downMs: number): Promise<void>;
  close(): Promise<void>;
}

/** Where a bank host listens and keeps its things, and how it speaks. */
export interface BankOptions extends Pick<HostOptions, 'dataFolder' | 'timeScale' | 'terminals' | 'cards' | 'now'> {
  readonly acquirerId?: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** The China UnionPay terminal dialect when absent. */
  readonly dialect?: HostDialect;
  /** TLS that asks for a client certificate without insisting, when absent. */
  readonly transport?: 'plain' | 'tls' | 'tls-client-required';
}

/** Starts the bank host on 127.0.0.1. */
export async function openBank({ port, transport, acquirerId = 'sim-bank', ...options }: BankOptions): Promise<Bank> {
  const host = new BankHost(options);
  const line = new BankLine(host, transportOf(transport ?? 'tls', options.dataFolder));
  await line.up(port);
  return {
    host,
    line,
    credentials: () => ({
      acquirerId,
      host: '127.0.0.1',
      port: line.port,
      ...certificatesFor(line.transport),
      dialect: host.dialect.id,
      settings: host.dialect.settings,
      terminals: host.terminals.grants(),
    }),
    async restart(downMs) {
      await line.down();
      host.restart();
      if (downMs > 0) await new Promise((resolve) => setTimeout(resolve, downMs).unref());
      await line.up();
    },
    async close() {
      await line.down();
      host.close();
    },
  };
}

function transportOf(wanted: NonNullable<BankOptions['transport']>, dataFolder: string): Transport {
  if (wanted === 'plain') return { kind: 'plain' };
  const certificates = loadCertificates(join(dataFolder, 'bank-authorities.json'));
  return {
    kind: 'tls',
    certificates,
    clientCertificate: wanted === 'tls-client-required' ? 'required' : 'optional',
  };
}

function certificatesFor(transport: Transport): Pick<BankCredentials, 'caPem' | 'client'> {
  if (transport.kind === 'plain') return { caPem: '', client: null };
  const { caPem, clientCertificatePem, clientKeyPem } = transport.certificates;
  return { caPem, client: { certificatePem: clientCertificatePem, keyPem: clientKeyPem } };
}
