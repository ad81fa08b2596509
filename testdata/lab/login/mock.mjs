// oauth2-mock-server on a port of the loopback interface. It takes any client and
// any user, and gives JWTs.
//   node mock.mjs PORT
import mock from 'oauth2-mock-server';

const server = new mock.OAuth2Server();
await server.issuer.keys.generate('RS256');
await server.start(Number(process.argv[2]), '127.0.0.1');
