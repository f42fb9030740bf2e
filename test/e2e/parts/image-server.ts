import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

import type { IssuedCertificate } from '@kerbside/testkit';

/** Gives images over HTTPS; ends with the test. */
export class ImageServer {
  readonly images: Map<string, Uint8Array> = new Map();
  /** How many downloads began. */
  asked = 0;
  /** The next answers stop in the middle, and keep the connection. */
  stalls = 0;
  readonly #server: Server;

  private constructor(certificate: IssuedCertificate) {
    this.#server = createServer(certificate, ({ url = '' }, answer) => {
      this.asked++;
      const image = this.images.get(url);
      if (image === undefined) return void answer.writeHead(404).end();
      answer.writeHead(200, { 'content-length': image.length });
      if (this.stalls > 0) {
        this.stalls--;
        return void answer.write(image.subarray(0, image.length / 2));
      }
      answer.end(image);
    });
  }

  static async start(t: TestContext, certificate: IssuedCertificate): Promise<ImageServer> {
    const server = new ImageServer(certificate);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    t.after(() => {
      server.#server.closeAllConnections();
      server.#server.close();
    });
    return server;
  }

  /** Offers an image; gives its address. */
  offer(name: string, image: Uint8Array): string {
    this.images.set(`/${name}`, image);
    return this.address(name);
  }

  address(name: string): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${name}`;
  }
}
