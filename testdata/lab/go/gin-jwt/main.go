// Gin-jwt is a small API as people write it with gin-jwt.
//
//	gin-jwt ADDRESS SECRET-FILE
package main

import (
	"log"
	"net/http"
	"os"

	jwt "github.com/appleboy/gin-jwt/v2"
	"github.com/gin-gonic/gin"

	"github.com/jwt-toolkit/jwt/testdata/lab/go/echo"
)

func main() {
	secret, err := os.ReadFile(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	middleware, err := jwt.New(&jwt.GinJWTMiddleware{Realm: "lab", Key: secret})
	if err != nil {
		log.Fatal(err)
	}
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.GET("/echo", gin.WrapF(echo.Handler))
	r.GET("/me", middleware.MiddlewareFunc(), func(c *gin.Context) {
		c.JSON(http.StatusOK, gin.H{"user": jwt.ExtractClaims(c)["identity"]})
	})
	log.Fatal(r.Run(os.Args[1]))
}
