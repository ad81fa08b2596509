//go:build lab && linux

package cmd

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// labNames are what the lab's servers are called: names that never leave this machine
// (RFC 6761 §6.3), so that a token may go to them over plain http.
var labNames = []string{"localhost", "api.localhost", "www.api.localhost"}

// A labCertificate is its own authority, made for one run of the lab.
type labCertificate struct{ certificate, key []byte } // PEM

var labIdentity = sync.OnceValues(func() (labCertificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return labCertificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "the lab"},
		NotBefore:    time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: labNames, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true, IsCA: true,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return labCertificate{}, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	return labCertificate{
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
	}, err
})

// certify writes the certificate and its key for the servers, by themselves and, as
// HAProxy wants it, in one file.
func (l *lab) certify() {
	identity, err := labIdentity()
	if err != nil {
		l.Fatal(err)
	}
	for name, text := range map[string][]byte{
		"certificate.pem": identity.certificate,
		"key.pem":         identity.key,
		"both.pem":        append(identity.certificate[:len(identity.certificate):len(identity.certificate)], identity.key...),
	} {
		if err := os.WriteFile(filepath.Join(l.dir, name), text, 0o644); err != nil { //nolint:gosec // workers read it, and it ends with the test
			l.Fatal(err)
		}
	}
}

// netFlags are what a probe of the URLs needs to get there; an empty one is none.
func (l *lab) netFlags(targets ...string) []string {
	var flags []string
	for _, target := range targets {
		u, err := url.Parse(target)
		if err != nil {
			l.Fatal(err)
		}
		if u.Scheme == "https" && !slices.Contains(flags, "--cacert") {
			flags = append(flags, "--cacert", filepath.Join(l.dir, "certificate.pem"))
		}
		if host := u.Hostname(); strings.HasSuffix(host, "localhost") {
			flags = append(flags, "--resolve", host+":"+u.Port()+":127.0.0.1")
		}
	}
	return flags
}

// labPlainClient is a plain client that finds and believes the lab's servers.
func labPlainClient(t *testing.T) http.Client {
	identity, err := labIdentity()
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(identity.certificate)
	return http.Client{
		Transport: &http.Transport{
			TLSClientConfig:   &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
			ForceAttemptHTTP2: true,
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				_, port, err := net.SplitHostPort(address)
				if err != nil {
					return nil, err
				}
				return new(net.Dialer).DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
			},
		},
		Timeout:       20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
