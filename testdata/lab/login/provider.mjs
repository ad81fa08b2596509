// oidc-provider on a port of the loopback interface: client credentials, refresh
// tokens and device codes, with clients that say who they are in one way only.
//   node provider.mjs PORT
// /approve and /deny stand in for the person with another device.
import http from 'node:http';
import { Provider } from 'oidc-provider';

const port = Number(process.argv[2]);
const secret = 's%cret/of+the lab'; // what must be encoded twice in Basic (RFC 6749 §2.3.1)
const grants = ['client_credentials', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'];
const client = (id, more) => ({
  client_id: id, grant_types: grants, redirect_uris: [], response_types: [], ...more,
});
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    client('app:basic', { client_secret: secret, token_endpoint_auth_method: 'client_secret_basic' }),
    client('app-post', { client_secret: secret, token_endpoint_auth_method: 'client_secret_post' }),
    client('app-public', { token_endpoint_auth_method: 'none', grant_types: grants.slice(1) }),
  ],
  scopes: ['openid', 'offline_access', 'orders'],
  features: {
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    devInteractions: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => undefined,
      getResourceServerInfo: (ctx, resource) => ({
        audience: resource, scope: 'orders', accessTokenFormat: 'jwt', accessTokenTTL: 300,
      }),
    },
  },
});

provider.use(async (ctx, next) => {
  if (ctx.path !== '/approve' && ctx.path !== '/deny') return next();
  const code = await provider.DeviceCode.findByUserCode(ctx.query.code.replaceAll('-', ''));
  if (ctx.path === '/approve') {
    const grant = new provider.Grant({ accountId: 'alice', clientId: code.clientId });
    grant.addOIDCScope('openid offline_access');
    Object.assign(code, { accountId: 'alice', authTime: 0, scope: 'openid offline_access', grantId: await grant.save() });
  } else {
    Object.assign(code, { error: 'access_denied', errorDescription: 'alice said no' });
  }
  await code.save();
  ctx.body = 'done';
});
http.createServer(provider.callback()).listen(port, '127.0.0.1');
