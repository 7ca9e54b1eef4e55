package io.mtproxy.tools.sim.mtproto;

/** Constructor numbers of the TL schema that the simulator knows; the schema line stands behind each. */
final class Tl {
    static final int VECTOR = 0x1cb5c415; // vector {t:Type} # [ t ] = Vector t
    static final int BOOL_TRUE = 0x997275b5; // boolTrue = Bool
    static final int BOOL_FALSE = 0xbc799737; // boolFalse = Bool

    // Key exchange, all in unencrypted messages
    static final int REQ_PQ = 0x60469778; // req_pq nonce:int128 = ResPQ
    static final int REQ_PQ_MULTI = 0xbe7e8ef1; // req_pq_multi nonce:int128 = ResPQ
    static final int RES_PQ = 0x05162463; // resPQ nonce:int128 server_nonce:int128 pq:string server_public_key_fingerprints:Vector<long>
    static final int REQ_DH_PARAMS = 0xd712e4be; // req_DH_params nonce:int128 server_nonce:int128 p:string q:string public_key_fingerprint:long encrypted_data:string
    static final int P_Q_INNER_DATA = 0x83c95aec; // p_q_inner_data pq:string p:string q:string nonce:int128 server_nonce:int128 new_nonce:int256
    static final int P_Q_INNER_DATA_DC = 0xa9f55f95; // p_q_inner_data_dc ... new_nonce:int256 dc:int
    static final int P_Q_INNER_DATA_TEMP = 0x3c6a84d4; // p_q_inner_data_temp ... new_nonce:int256 expires_in:int
    static final int P_Q_INNER_DATA_TEMP_DC = 0x56fddf88; // p_q_inner_data_temp_dc ... new_nonce:int256 dc:int expires_in:int
    static final int SERVER_DH_PARAMS_OK = 0xd0e8075c; // server_DH_params_ok nonce:int128 server_nonce:int128 encrypted_answer:string
    static final int SERVER_DH_INNER_DATA = 0xb5890dba; // server_DH_inner_data nonce:int128 server_nonce:int128 g:int dh_prime:string g_a:string server_time:int
    static final int SET_CLIENT_DH_PARAMS = 0xf5045f1f; // set_client_DH_params nonce:int128 server_nonce:int128 encrypted_data:string
    static final int CLIENT_DH_INNER_DATA = 0x6643b654; // client_DH_inner_data nonce:int128 server_nonce:int128 retry_id:long g_b:string
    static final int DH_GEN_OK = 0x3bcbf734; // dh_gen_ok nonce:int128 server_nonce:int128 new_nonce_hash1:int128

    // Service messages inside encrypted messages
    static final int MSG_CONTAINER = 0x73f1f8dc; // msg_container messages:vector<message msg_id:long seqno:int bytes:int body:Object>
    static final int GZIP_PACKED = 0x3072cfa1; // gzip_packed packed_data:bytes = Object
    static final int MSGS_ACK = 0x62d6b459; // msgs_ack msg_ids:Vector<long>
    static final int MSGS_STATE_REQ = 0xda69fb52; // msgs_state_req msg_ids:Vector<long> = MsgsStateReq
    static final int MSGS_STATE_INFO = 0x04deb57d; // msgs_state_info req_msg_id:long info:string
    static final int MSGS_ALL_INFO = 0x8cc0d131; // msgs_all_info msg_ids:Vector<long> info:string
    static final int MSG_RESEND_REQ = 0x7d861a08; // msg_resend_req msg_ids:Vector<long>
    static final int HTTP_WAIT = 0x9299359f; // http_wait max_delay:int wait_after:int max_wait:int
    static final int NEW_SESSION_CREATED = 0x9ec20908; // new_session_created first_msg_id:long unique_id:long server_salt:long
    static final int PING = 0x7abe77ec; // ping ping_id:long = Pong
    static final int PING_DELAY_DISCONNECT = 0xf3427b8c; // ping_delay_disconnect ping_id:long disconnect_delay:int = Pong
    static final int PONG = 0x347773c5; // pong msg_id:long ping_id:long = Pong
    static final int GET_FUTURE_SALTS = 0xb921bd04; // get_future_salts num:int = FutureSalts
    static final int FUTURE_SALTS = 0xae500895; // future_salts req_msg_id:long now:int salts:vector<future_salt valid_since:int valid_until:int salt:long>
    static final int DESTROY_SESSION = 0xe7512126; // destroy_session session_id:long = DestroySessionRes
    static final int DESTROY_SESSION_OK = 0xe22045fc; // destroy_session_ok session_id:long = DestroySessionRes
    static final int RPC_DROP_ANSWER = 0x58e4a740; // rpc_drop_answer req_msg_id:long = RpcDropAnswer
    static final int RPC_ANSWER_UNKNOWN = 0x5e2ad36e; // rpc_answer_unknown = RpcDropAnswer
    static final int RPC_RESULT = 0xf35c6d01; // rpc_result req_msg_id:long result:Object
    static final int RPC_ERROR = 0x2144ca19; // rpc_error error_code:int error_message:string

    // Wrappers around a query
    static final int INVOKE_WITH_LAYER = 0xda9b0d0d; // invokeWithLayer layer:int query:!X = X
    static final int INVOKE_AFTER_MSG = 0xcb9f372d; // invokeAfterMsg msg_id:long query:!X = X
    static final int INVOKE_WITHOUT_UPDATES = 0xbf9459b7; // invokeWithoutUpdates query:!X = X
    static final int INIT_CONNECTION = 0xc1cd5ea9; // initConnection flags:# api_id:int device_model:string system_version:string app_version:string system_lang_code:string lang_pack:string lang_code:string proxy:flags.0?InputClientProxy params:flags.1?JSONValue query:!X = X
    static final int INPUT_CLIENT_PROXY = 0x75588b3f; // inputClientProxy address:string port:int = InputClientProxy
    static final int JSON_NULL = 0x3f6d7b68; // jsonNull = JSONValue
    static final int JSON_BOOL = 0xc7345e6a; // jsonBool value:Bool = JSONValue
    static final int JSON_NUMBER = 0x2be0dfa4; // jsonNumber value:double = JSONValue
    static final int JSON_STRING = 0xb71e767a; // jsonString value:string = JSONValue
    static final int JSON_ARRAY = 0xf7444763; // jsonArray value:Vector<JSONValue> = JSONValue
    static final int JSON_OBJECT = 0x99c1d49d; // jsonObject value:Vector<JSONObjectValue> = JSONValue
    static final int JSON_OBJECT_VALUE = 0xc0de1bd9; // jsonObjectValue key:string value:JSONValue = JSONObjectValue

    // Queries
    static final int HELP_GET_CONFIG = 0xc4f9186b; // help.getConfig = Config
    static final int CONFIG = 0xcc1a241e; // config, layer 158 and later: fields in Replies.config
    static final int DC_OPTION = 0x18b7a10d; // dcOption flags:# ipv6:flags.0?true ... id:int ip_address:string port:int secret:flags.10?bytes
    static final int HELP_GET_NEAREST_DC = 0x1fb33026; // help.getNearestDc = NearestDc
    static final int NEAREST_DC = 0x8e1a1775; // nearestDc country:string this_dc:int nearest_dc:int
    static final int AUTH_BIND_TEMP_AUTH_KEY = 0xcdd42a05; // auth.bindTempAuthKey perm_auth_key_id:long nonce:long expires_at:int encrypted_message:bytes = Bool

    private Tl() {}
}
