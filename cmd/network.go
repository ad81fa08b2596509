package cmd

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/jwt-toolkit/jwt/pkg/web"
)

// netFlags say how servers are reached.
type netFlags struct {
	cacert, cert, certKey text
	resolve               list
	proxy                 text
	insecure, http1       toggle
	timeout               span
}

func (n *netFlags) bind(c *cobra.Command) {
	bind(c.Flags(), "cacert", &n.cacert)
	bind(c.Flags(), "cert", &n.cert)
	bind(c.Flags(), "cert-key", &n.certKey)
	bind(c.Flags(), "resolve", &n.resolve)
	bind(c.Flags(), "proxy", &n.proxy)
	bind(c.Flags(), "insecure", &n.insecure)
	bind(c.Flags(), "http1.1", &n.http1)
	bind(c.Flags(), "timeout", &n.timeout)
}

var (
	errNoCertificate = errors.New("holds no certificate in PEM")
	errCertPair      = errors.New("certificate and private key do not belong together, or are not in PEM")
)

// client is the HTTP client that the flags describe.
func (n *netFlags) client(a *app) (*web.Client, error) {
	a.Listen()
	client := &web.Client{
		Timeout: n.timeout.length, Agent: "jwt-toolkit/" + buildVersion().Version,
		Proxy: n.proxy.value, Getenv: a.Getenv, Insecure: bool(n.insecure), HTTP1: bool(n.http1),
	}
	if n.cacert.set {
		roots, err := a.certificates("--cacert", n.cacert.value)
		if err != nil {
			return nil, err
		}
		client.Roots = roots
	}
	for _, entry := range n.resolve {
		from, to, err := web.ParseResolve(entry)
		if err != nil {
			return nil, &usageError{"--resolve: " + err.Error(), "--resolve api.example.com:443:127.0.0.1"}
		}
		if client.Resolve == nil {
			client.Resolve = map[string]string{}
		}
		client.Resolve[from] = to
	}
	if !n.cert.set {
		if n.certKey.set {
			return nil, &usageError{"--cert-key without --cert", ""}
		}
		return client, nil
	}
	cert, err := a.readNamed("--cert", n.cert.value)
	if err != nil {
		return nil, err
	}
	private := cert
	if n.certKey.set {
		if private, err = a.readKey("--cert-key", n.certKey.value); err != nil {
			return nil, err
		}
	}
	a.secrets.Add(private.data)
	pair, err := tls.X509KeyPair(cert.data, private.data)
	if err != nil {
		return nil, &inputError{"--cert", errCertPair} // the cause may quote the key
	}
	client.Certificates = []tls.Certificate{pair}
	return client, nil
}

// certificates reads those that are to be trusted.
func (a *app) certificates(flag, text string) (*x509.CertPool, error) {
	v, err := a.readNamed(flag, text)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(v.data) {
		return nil, &inputError{flag, fmt.Errorf("%s %w", v.origin, errNoCertificate)}
	}
	return pool, nil
}
