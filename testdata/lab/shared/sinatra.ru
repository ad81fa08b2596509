# A small API as people write it by hand with Sinatra and ruby-jwt. /quiet/me says
# nothing to whoever it does not let in.
require 'digest'
require 'json'
require 'jwt'
require 'sinatra/base'

class Api < Sinatra::Base
  SECRET = File.read(File.join(__dir__, 'secret.txt'))

  set :environment, :production

  helpers do
    def user
      token = request.env['HTTP_AUTHORIZATION'].to_s[/\ABearer (.*)/, 1]
      JWT.decode(token, SECRET, true, algorithm: 'HS256').first['sub']
    end
  end

  get '/me' do
    content_type :json
    begin
      { user: user }.to_json
    rescue JWT::DecodeError => e
      halt 401, { error: e.message }.to_json
    end
  end

  get '/quiet/me' do
    content_type :json
    begin
      { user: user }.to_json
    rescue JWT::DecodeError
      halt 401
    end
  end

  get '/echo' do # see echo.py
    content_type :json
    scheme, credentials = request.env['HTTP_AUTHORIZATION'].to_s.split(' ', 2)
    hash = scheme ? Digest::SHA256.hexdigest(credentials.to_s)[0, 8] : ''
    { seen: !scheme.nil?, scheme: scheme.to_s, sha256_8: hash }.to_json
  end
end

run Api
