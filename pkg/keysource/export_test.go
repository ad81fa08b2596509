package keysource

import (
	"context"

	"github.com/jwt-toolkit/jwt/pkg/web"
)

// Through is o with another way to its servers.
func (o Opener) Through(get func(ctx context.Context, address string, limit int64) (*web.Response, error)) Opener {
	o.get = get
	return o
}
