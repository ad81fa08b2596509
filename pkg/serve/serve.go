// Package serve is what a client is tried against: an issuer with its endpoints, an
// API that takes its tokens, and a front that loses them on the way, as http.Handlers.
package serve

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// A Server is a place to be reached at: there before what answers at it, because an
// issuer has its own address in its tokens.
type Server struct {
	URL string // "http://127.0.0.1:40217"

	listener net.Listener
	http     *http.Server
	stop     context.CancelFunc // of what is being answered
}

const (
	headerTimeout = 10 * time.Second // for a client to say what it wants
	bodyTimeout   = 30 * time.Second // for it to say all of it
	idleTimeout   = 2 * time.Minute  // until it has something to say again
	maxHeader     = 64 << 10         // bytes; a longer token than most servers take
	maxBody       = 1 << 20          // bytes
)

// Listen takes a free port that this machine alone can reach. Whoever asks
// before [Server.Serve] waits.
func Listen(ctx context.Context) (*Server, error) {
	server, err := ListenAt(ctx, "127.0.0.1:0")
	if err != nil {
		var err6 error
		if server, err6 = ListenAt(ctx, "[::1]:0"); err6 != nil {
			return nil, errors.Join(err, err6)
		}
	}
	return server, nil
}

// ListenAt takes an address, HOST:PORT; the port 0 is a free one.
func ListenAt(ctx context.Context, address string) (*Server, error) {
	var ports net.ListenConfig
	listener, err := ports.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	answering, stop := context.WithCancel(context.WithoutCancel(ctx))
	return &Server{
		URL: "http://" + listener.Addr().String(), listener: listener, stop: stop,
		http: &http.Server{
			ReadHeaderTimeout: headerTimeout, ReadTimeout: bodyTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
			BaseContext: func(net.Listener) context.Context { return answering }, ErrorLog: silent(),
		},
	}, nil
}

// Serve answers with h from now on, beside whatever the caller does.
func (s *Server) Serve(h http.Handler) {
	s.http.Handler = http.MaxBytesHandler(h, maxBody)
	go s.http.Serve(s.listener) //nolint:errcheck // ends with Close, and says so
}

// ServeTLS is [Server.Serve] over TLS, with one certificate.
func (s *Server) ServeTLS(h http.Handler, certificate tls.Certificate) {
	s.http.Handler = http.MaxBytesHandler(h, maxBody)
	s.http.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	go s.http.ServeTLS(s.listener, "", "") //nolint:errcheck // ends with Close, and says so
}

// Shutdown gives the port back, lets what is being answered end, for as long as ctx
// allows, and then closes all that is left. What a handler waits for is cut short.
func (s *Server) Shutdown(ctx context.Context) error {
	s.stop()
	_ = s.http.Shutdown(ctx) // whoever is late is dropped
	return s.Close()
}

// Close gives the port back and drops who is still connected.
func (s *Server) Close() error {
	s.stop()
	err := s.http.Close()
	if own := s.listener.Close(); !errors.Is(own, net.ErrClosed) { // nobody has served
		err = errors.Join(err, own)
	}
	return err
}

// silent keeps what net/http has to say off the process's stderr, which is not
// this package's to write to.
func silent() *log.Logger { return log.New(io.Discard, "", 0) }
